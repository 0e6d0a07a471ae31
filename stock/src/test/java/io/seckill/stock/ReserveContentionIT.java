package io.seckill.stock;

import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random batches from many buyers against a model in plain Java: what was sold and what is left is the stock. */
class ReserveContentionIT {
    private static final int BATCHES = 150;
    private static final int MAX_BATCH = 40;
    private static final int USERS = 300;
    private static final long[] PRODUCTS = {1001, 1002, 1003};
    private static final long STOCK = 200;

    static List<Long> seeds() {
        Long given = Long.getLong("seckill.seed");
        return given != null ? List.of(given) : new Random().longs(3).boxed().toList();
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void soldPlusLeftIsStockAndEveryBuyerKeepsTheLimit(long seed) {
        System.out.println("ReserveContentionIT: -Dseckill.seed=" + seed);
        Random random = new Random(seed);
        try (Ledger ledger = new Ledger()) {
            ledger.open(2, Map.of(1001L, STOCK, 1002L, STOCK, 1003L, STOCK));
            List<ReserveOrder> sent = new ArrayList<>();
            List<CompletableFuture<ReserveReply>> replies = new ArrayList<>();
            List<List<ReserveOrder>> batches = new ArrayList<>();
            for (int i = 0; i < BATCHES; i++) {
                List<ReserveOrder> batch = randomBatch(random, sent);
                batches.add(batch);
                replies.add(ledger.reserve
                        .reserve(Ledger.SHARD, Ledger.EPOCH, batch)
                        .toCompletableFuture());
                if (i == 0) {
                    await(replies.get(0)); // Redis has the script now, so that calls arrive in their order
                }
            }
            Map<String, ReserveOrder> accepted = new HashMap<>();
            Map<String, String> orderOfRequest = new HashMap<>();
            for (int i = 0; i < BATCHES; i++) {
                ReserveReply.Decided decided = (ReserveReply.Decided) await(replies.get(i));
                check(batches.get(i), decided.decisions(), accepted, orderOfRequest);
            }
            checkStores(ledger, accepted);
        }
    }

    private static List<ReserveOrder> randomBatch(Random random, List<ReserveOrder> sent) {
        List<ReserveOrder> batch = new ArrayList<>();
        int size = 1 + random.nextInt(MAX_BATCH);
        for (int i = 0; i < size; i++) {
            ReserveOrder order = !sent.isEmpty() && random.nextInt(4) == 0
                    ? repeat(sent.get(random.nextInt(sent.size())))
                    : randomOrder(random, sent.size());
            sent.add(order);
            batch.add(order);
        }
        return batch;
    }

    private static ReserveOrder randomOrder(Random random, int number) {
        List<Long> lines = new ArrayList<>();
        for (long product : PRODUCTS) {
            if (random.nextBoolean()) {
                lines.add(product);
                lines.add(1L + random.nextInt(2));
            }
        }
        long[] array = lines.isEmpty()
                ? new long[] {PRODUCTS[0], 1}
                : lines.stream().mapToLong(Long::longValue).toArray();
        return order(1 + random.nextInt(USERS), "r" + number, array);
    }

    private static ReserveOrder repeat(ReserveOrder order) {
        long[] lines = order.lines().stream()
                .flatMap(line -> List.of(line.productId(), (long) line.quantity()).stream())
                .mapToLong(Long::longValue)
                .toArray();
        return order(order.userId(), order.requestId(), lines);
    }

    private static void check(
            List<ReserveOrder> batch,
            List<Decision> decisions,
            Map<String, ReserveOrder> accepted,
            Map<String, String> orderOfRequest) {
        for (int i = 0; i < batch.size(); i++) {
            ReserveOrder order = batch.get(i);
            Decision decision = decisions.get(i);
            String request = order.userId() + "/" + order.requestId();
            if (decision.outcome() == ReserveOutcome.ACCEPTED) {
                assertThat(orderOfRequest.put(request, decision.orderId())).isNull();
                accepted.put(decision.orderId(), order);
            } else if (decision.outcome() == ReserveOutcome.REPLAYED) {
                assertThat(decision.orderId()).isEqualTo(orderOfRequest.get(request));
            } else {
                assertThat(orderOfRequest).doesNotContainKey(request);
            }
        }
    }

    private static void checkStores(Ledger ledger, Map<String, ReserveOrder> accepted) {
        Map<Long, Long> perUser = new HashMap<>();
        accepted.values().forEach(order -> perUser.merge(order.userId(), 1L, Long::sum));
        assertThat(perUser.values()).allMatch(orders -> orders <= 2);
        for (long product : PRODUCTS) {
            long spent = 0;
            Set<String> orders = new HashSet<>();
            for (StreamEntry entry : ledger.entries(product)) {
                DecodedEntry.OrderLine line = (DecodedEntry.OrderLine) EntryCodec.decode(entry);
                spent += line.quantity();
                assertThat(line.cum()).isEqualTo(spent);
                assertThat(orders.add(line.orderId().toString())).isTrue();
            }
            long left = Long.parseLong(ledger.hash(StockKeys.pool(Ledger.SHARD)).get("remaining:" + product));
            assertThat(spent + left).isEqualTo(STOCK);
            assertThat(left).isBetween(0L, STOCK);
            assertThat(orders).isEqualTo(ordersOf(accepted, product));
        }
    }

    private static Set<String> ordersOf(Map<String, ReserveOrder> accepted, long product) {
        Set<String> orders = new HashSet<>();
        accepted.forEach((id, order) -> {
            if (order.lines().stream().anyMatch(line -> line.productId() == product)) {
                orders.add(id);
            }
        });
        return orders;
    }
}
