package io.seckill.bench;

import io.seckill.bench.RecordedRows.LineRow;
import io.seckill.bench.RecordedRows.OrderRow;
import io.seckill.bench.RecordedRows.OverLimit;
import io.seckill.bench.RecordedRows.SupersededOrder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Ticks off rows against what buyers were told: what is left over on either side is lost or duplicated. */
final class OrderComparison {
    private final AcceptedOrders accepted;
    private final Set<Long> unresolvedUsers;
    private final BitSet orderRows = new BitSet();
    private final BitSet lineRows = new BitSet();
    private final BitSet failedRows = new BitSet();
    private final Map<Integer, Integer> supersededLines = new HashMap<>();
    private final Set<UUID> phantoms = new HashSet<>();
    private final Set<Long> phantomUsers = new HashSet<>();
    private final Map<Long, Long> recordedUnits = new HashMap<>();
    private final Findings duplicated = new Findings();
    private long recordedOrders;

    OrderComparison(Told told) {
        this.accepted = told.accepted();
        this.unresolvedUsers = told.unresolvedUsers();
    }

    /** Takes one row of {@code orders}. */
    void order(OrderRow row) {
        int order = accepted.find(row.orderId());
        if (order < 0 && row.rejected()) {
            return; // the answer was lost, and another order of the buyer stands
        }
        recordedOrders += row.rejected() ? 0 : 1;
        if (order < 0) {
            phantom(row.orderId(), row.userId());
        } else if (accepted.userOf(order) != row.userId()) {
            duplicated.add("order " + row.orderId() + " of user " + accepted.userOf(order) + " is recorded for user "
                    + row.userId());
        } else if (!row.rejected() && row.lines() == accepted.linesOf(order)) {
            orderRows.set(order);
        }
    }

    /** Takes one row of {@code seckill_logs}. */
    void line(LineRow row) {
        if (!row.failed()) {
            recordedUnits.merge(row.productId(), (long) row.quantity(), Long::sum);
        }
        int order = accepted.find(row.orderId());
        if (order < 0) {
            if (!row.failed()) {
                phantom(row.orderId(), row.userId());
            }
            return;
        }
        int line = accepted.lineOf(order, row.productId());
        boolean asTold =
                line >= 0 && accepted.userOf(order) == row.userId() && accepted.quantityOf(line) == row.quantity();
        if (!asTold || lineRows.get(line)) {
            duplicated.add("order " + row.orderId() + " has a line that it should not have: " + row);
        } else {
            lineRows.set(line);
            failedRows.set(line, row.failed());
        }
    }

    /** Takes an order of which another one took the place. */
    void superseded(SupersededOrder row) {
        int order = accepted.find(row.orderId());
        if (order >= 0 && accepted.userOf(order) == row.userId()) {
            supersededLines.put(order, row.lines());
        }
    }

    private void phantom(UUID orderId, long userId) {
        // A buyer without an answer may rightly have an order.
        if (!unresolvedUsers.contains(userId) && phantoms.add(orderId)) {
            phantomUsers.add(userId);
            duplicated.add("order " + orderId + " of user " + userId + " was told to nobody");
        }
    }

    /** Takes a user with too many orders; one that a phantom explains is counted already. */
    void overLimit(OverLimit over) {
        if (!phantomUsers.contains(over.userId())) {
            duplicated.add("user " + over.userId() + " has " + over.orders() + " orders, over the limit");
        }
    }

    /** The accepted orders that do not have all of their rows, when all rows were taken. */
    Findings lost() {
        Findings lost = new Findings();
        for (int order = 0; order < accepted.size(); order++) {
            int lines = accepted.linesOf(order);
            int present = rowsOf(order, lineRows);
            if (isSuperseded(order)) {
                continue;
            }
            if (orderRows.get(order) && supersededLines.containsKey(order)) {
                lost.add("order " + accepted.idOf(order) + " of user " + accepted.userOf(order)
                        + " is superseded, and recorded all the same");
            } else if (!orderRows.get(order)) {
                lost.add("order " + accepted.idOf(order) + " of user " + accepted.userOf(order)
                        + " was accepted and is not recorded as such");
            } else if (present < lines) {
                lost.add("order " + accepted.idOf(order) + " of user " + accepted.userOf(order) + " has " + present
                        + " of its " + lines + " lines");
            }
        }
        return lost;
    }

    /** True if it can be that a buyer was told of both. When all rows were taken. */
    boolean oneIsSuperseded(TwoOrders two) {
        return isSuperseded(accepted.find(two.first())) || isSuperseded(accepted.find(two.second()));
    }

    /** Whole: a line that came when its order was rejected already is recorded as failed, and its units went back too. */
    private boolean isSuperseded(int order) {
        if (order < 0 || orderRows.get(order)) {
            return false;
        }
        int failed = rowsOf(order, failedRows);
        Integer rejected = supersededLines.get(order);
        return rejected != null && failed == rowsOf(order, lineRows) && rejected + failed == accepted.linesOf(order);
    }

    private int rowsOf(int order, BitSet lines) {
        int first = accepted.firstLineOf(order);
        return lines.get(first, first + accepted.linesOf(order)).cardinality();
    }

    /** When all rows were taken. */
    long supersededOrders() {
        return supersededLines.keySet().stream().filter(this::isSuperseded).count();
    }

    Findings duplicated() {
        return duplicated;
    }

    /** Orders that stand. */
    long recordedOrders() {
        return recordedOrders;
    }

    /** Units of a product in lines that did not fail. */
    long recordedUnits(long productId) {
        return recordedUnits.getOrDefault(productId, 0L);
    }
}
