package io.seckill.books.recording;

import static io.seckill.migrations.jooq.Tables.ORDERS;

import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/**
 * Finds, in a batch of an activity that PostgreSQL sold from too, the orders that may not stand next to what is recorded:
 * while Redis was away it did not know what PostgreSQL sold to the same buyer, nor the other way round. Who is recorded
 * first stands. Within one transaction, which has the {@link DatabaseTurn} of the activities from here to its end.
 */
final class Contest {
    private static final String READ = """
            SELECT activity.id, activity.max_orders_per_user, buyer.user_id, o.order_id, o.request_id,
                   o.status IN ('PENDING_PAYMENT', 'PAID')
            FROM (SELECT DISTINCT activity_id, user_id
                  FROM unnest(?::bigint[], ?::bigint[]) AS asked (activity_id, user_id)) buyer
            JOIN activities activity ON activity.id = buyer.activity_id
            LEFT JOIN LATERAL (
                SELECT * FROM orders WHERE user_id = buyer.user_id AND activity_id = buyer.activity_id OFFSET 0) o ON true
            """;

    private static final Field<Long> ACTIVITY = DSL.field("id", SQLDataType.BIGINT);
    private static final Field<Integer> LIMIT = DSL.field("max_orders_per_user", SQLDataType.INTEGER);
    private static final Field<Boolean> LIVE = DSL.field("live", SQLDataType.BOOLEAN);

    private final Map<Long, Integer> limits = new HashMap<>();
    private final Map<Buyer, Holding> holdings = new HashMap<>();
    private final Map<UUID, String> losers = new HashMap<>();

    private Contest() {}

    private record Buyer(long activityId, long userId) {
        static Buyer of(DecodedEntry.OrderLine line) {
            return new Buyer(line.activityId(), line.userId());
        }
    }

    /** What one buyer has in one activity. */
    private static final class Holding {
        private final Set<UUID> orders = new HashSet<>();
        private final Set<String> requests = new HashSet<>();
        private int live;
    }

    /**
     * Those lines of a batch whose orders may not stand.
     *
     * @param contested the activities of which PostgreSQL sells, or sold, units itself
     */
    static List<Refusal> refusals(DSLContext transaction, Set<Long> contested, List<? extends DecodedEntry> lines) {
        List<DecodedEntry.OrderLine> judged = new ArrayList<>();
        for (DecodedEntry entry : lines) {
            if (entry instanceof DecodedEntry.OrderLine line && contested.contains(line.activityId())) {
                judged.add(line);
            }
        }
        if (judged.isEmpty()) {
            return List.of();
        }
        Contest contest = new Contest();
        DatabaseTurn.await(transaction, contested.toArray(Long[]::new));
        contest.read(transaction, judged);
        List<Refusal> refusals = new ArrayList<>();
        for (DecodedEntry.OrderLine line : judged) {
            String why = contest.judge(line);
            if (!why.isEmpty()) {
                refusals.add(new Refusal(line, LetterReason.SUPERSEDED, why, ""));
            }
        }
        return refusals;
    }

    /** After the turn was waited for, so that what others recorded meanwhile is seen. */
    private void read(DSLContext transaction, List<DecodedEntry.OrderLine> lines) {
        Long[] activities =
                lines.stream().map(DecodedEntry.OrderLine::activityId).toArray(Long[]::new);
        Long[] users = lines.stream().map(DecodedEntry.OrderLine::userId).toArray(Long[]::new);
        for (Record row : transaction
                .resultQuery(READ, activities, users)
                .coerce(ACTIVITY, LIMIT, ORDERS.USER_ID, ORDERS.ORDER_ID, ORDERS.REQUEST_ID, LIVE)) {
            limits.put(row.get(ACTIVITY), row.get(LIMIT));
            if (row.get(ORDERS.ORDER_ID) != null) {
                Holding holding = holdings.computeIfAbsent(
                        new Buyer(row.get(ACTIVITY), row.get(ORDERS.USER_ID)), buyer -> new Holding());
                holding.orders.add(row.get(ORDERS.ORDER_ID));
                holding.requests.add(row.get(ORDERS.REQUEST_ID));
                holding.live += row.get(LIVE) ? 1 : 0;
            }
        }
    }

    /** Why the order of a line may not stand; empty if it may, or does already. */
    private String judge(DecodedEntry.OrderLine line) {
        Holding holding = holdings.computeIfAbsent(Buyer.of(line), buyer -> new Holding());
        if (holding.orders.contains(line.orderId())) {
            return "";
        }
        return losers.computeIfAbsent(line.orderId(), order -> {
            if (!line.requestId().isEmpty() && holding.requests.contains(line.requestId())) {
                return "this buyer's request is recorded as another order";
            }
            int limit = limits.getOrDefault(line.activityId(), Integer.MAX_VALUE);
            if (holding.live >= limit) {
                return "this buyer has as many orders recorded as one may have, " + limit;
            }
            holding.orders.add(order);
            holding.requests.add(line.requestId());
            holding.live++;
            return "";
        });
    }
}
