package io.seckill.stock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the batch that {@code reserve.lua} takes, and reads what it answers. */
final class ReserveBatchCodec {
    private static final int COLUMNS = 6;
    private static final int COLUMNS_WITH_TRACES = 7;
    private static final int EXPECTED_ORDER_BYTES = 128;
    private static final long STREAM_BROKEN = -3;

    private ReserveBatchCodec() {}

    /** The products that orders ask for, each with its position, 1 …, by which the script knows it. */
    static Map<Long, Integer> positions(List<ReserveOrder> orders) {
        Map<Long, Integer> positions = new LinkedHashMap<>();
        for (ReserveOrder order : orders) {
            List<ReserveOrder.Line> lines = order.lines();
            for (int i = 0; i < lines.size(); i++) {
                Long product = lines.get(i).productId();
                if (!positions.containsKey(product)) {
                    positions.put(product, positions.size() + 1);
                }
            }
        }
        return positions;
    }

    /** The batch as one argument. */
    static byte[] encode(Map<Long, Integer> positions, List<ReserveOrder> orders) {
        MessagePackWriter out = new MessagePackWriter(EXPECTED_ORDER_BYTES * (1 + orders.size()));
        int traced = traced(orders);
        out.array(traced == 0 ? COLUMNS : COLUMNS_WITH_TRACES);
        out.array(positions.size());
        for (Long product : positions.keySet()) {
            digits(out, product);
        }
        out.array(orders.size());
        int numbers = 0;
        for (ReserveOrder order : orders) {
            digits(out, order.userId());
            numbers += 1 + 2 * order.lines().size();
        }
        out.array(orders.size());
        for (ReserveOrder order : orders) {
            out.text(order.orderId());
        }
        out.array(orders.size());
        for (ReserveOrder order : orders) {
            out.text(order.requestId());
        }
        out.array(orders.size());
        for (ReserveOrder order : orders) {
            basket(out, order.lines());
        }
        out.array(numbers);
        for (ReserveOrder order : orders) {
            lines(out, positions, order.lines());
        }
        if (traced > 0) {
            traces(out, traced, orders);
        }
        return out.toBytes();
    }

    private static int traced(List<ReserveOrder> orders) {
        int traced = 0;
        for (ReserveOrder order : orders) {
            traced += order.traceparent().isEmpty() ? 0 : 1;
        }
        return traced;
    }

    private static void traces(MessagePackWriter out, int traced, List<ReserveOrder> orders) {
        out.array(2 * traced);
        for (int i = 0; i < orders.size(); i++) {
            if (!orders.get(i).traceparent().isEmpty()) {
                out.number(i + 1);
                out.text(orders.get(i).traceparent());
            }
        }
    }

    private static void digits(MessagePackWriter out, long number) {
        out.beginText();
        out.digits(number);
        out.endText();
    }

    private static void basket(MessagePackWriter out, List<ReserveOrder.Line> lines) {
        out.beginText();
        for (int i = 0; i < lines.size(); i++) {
            if (i > 0) {
                out.letter(',');
            }
            out.digits(lines.get(i).productId());
            out.letter('x');
            out.digits(lines.get(i).quantity());
        }
        out.endText();
    }

    private static void lines(MessagePackWriter out, Map<Long, Integer> positions, List<ReserveOrder.Line> lines) {
        out.number(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            out.number(positions.get(lines.get(i).productId()));
            out.number(lines.get(i).quantity());
        }
    }

    /**
     * Reads an answer.
     *
     * @param fields all of them
     * @param products those of the batch, in the order of their positions
     * @param accepting what the script was told: whether anything new might be accepted
     * @param kept whether the decisions are where they are wanted
     */
    static ReserveReply decode(
            AnswerFields fields, Iterable<Long> products, boolean accepting, List<ReserveOrder> orders, boolean kept) {
        long status = fields.number();
        if (status == LuaScript.NOT_LOADED) {
            return new ReserveReply.NotLoaded();
        }
        if (status == LuaScript.STALE_EPOCH) {
            return new ReserveReply.StaleEpoch(fields.number());
        }
        if (status == STREAM_BROKEN) {
            return new ReserveReply.StreamBroken(fields.number(), fields.text());
        }
        Map<Long, ProductPool> pools = new HashMap<>();
        for (Long product : products) {
            if (fields.isEmpty()) {
                fields.skip();
                fields.skip();
                fields.skip();
            } else {
                pools.put(product, new ProductPool(fields.number(), fields.number(), fields.number()));
            }
        }
        List<Decision> decisions = new ArrayList<>(orders.size());
        for (ReserveOrder order : orders) {
            ReserveOutcome outcome = ReserveOutcome.of(fields.number());
            decisions.add(Decision.parse(order, outcome, fields.text(), accepting));
        }
        return new ReserveReply.Decided(decisions, pools, kept);
    }
}
