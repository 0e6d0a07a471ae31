package io.seckill.stock;

import java.util.ArrayList;
import java.util.List;

/** Reads a buyer's value in the buyers hash: the lines that {@code reserve.lua} writes. */
final class HeldOrderCodec {
    private static final String MOMENTS = "~";
    private static final String RELEASED = "-";
    private static final int FIELDS = 4;

    private HeldOrderCodec() {}

    /** The orders of one buyer, oldest first; throws {@link IllegalArgumentException} for what is none. */
    static List<HeldOrder> decode(String value) {
        List<HeldOrder> orders = new ArrayList<>();
        for (String line : value.split("\n", -1)) {
            if (!line.startsWith(MOMENTS)) {
                orders.add(order(line));
            }
        }
        return orders;
    }

    private static HeldOrder order(String line) {
        boolean released = line.startsWith(RELEASED);
        String[] fields = (released ? line.substring(RELEASED.length()) : line).split("\t", -1);
        if (fields.length != FIELDS || fields[0].isEmpty()) {
            throw malformed(line);
        }
        List<ReserveOrder.Line> lines = new ArrayList<>();
        try {
            for (String item : fields[2].split(",", -1)) {
                int at = item.indexOf('x');
                lines.add(new ReserveOrder.Line(
                        Long.parseLong(item, 0, Math.max(at, 0), 10),
                        Integer.parseInt(item, at + 1, item.length(), 10)));
            }
        } catch (IllegalArgumentException e) {
            throw malformed(line);
        }
        List<String> streamIds = List.of(fields[3].split(",", -1));
        if (streamIds.size() != lines.size()) {
            throw malformed(line);
        }
        return new HeldOrder(fields[0], fields[1], lines, streamIds, released);
    }

    private static IllegalArgumentException malformed(String line) {
        return new IllegalArgumentException("held order: '" + line
                + "' (expected: order id, request id, product x quantity and entry id of each line, between tabs)");
    }
}
