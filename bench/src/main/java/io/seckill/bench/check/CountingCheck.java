package io.seckill.bench.check;

import io.seckill.bench.load.Tally;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Compares what the stores hold with what buyers were told. */
public final class CountingCheck {
    private CountingCheck() {}

    /**
     * What does not agree, in sentences; nothing if all is well. Every accepted order must have its units, its lines and
     * its buyer, and nobody else may; and every request must have got an answer.
     *
     * @param told by all loads that the sale has seen
     * @param stock units that the pools had at first
     * @param buyersBefore users in the buyers hashes at first; each order is of another user
     */
    public static List<String> differences(List<Tally> told, Held held, long stock, long buyersBefore) {
        List<String> differences = new ArrayList<>();
        for (Tally each : told) {
            if (each.failures() > 0) {
                differences.add(each.failures() + " requests failed, the first with: " + each.firstFailure());
            }
        }
        long units = told.stream().mapToLong(Tally::units).sum();
        long orders =
                told.stream().mapToLong(each -> each.count(Outcome.ACCEPTED)).sum();
        compare(differences, "units spent", held.spent(), "units of accepted orders", units);
        compare(differences, "units spent and left", held.spent() + held.remaining(), "units of stock", stock);
        compare(
                differences,
                "lines in streams and tables",
                held.entries() + held.recorded(),
                "lines of accepted orders",
                units);
        compare(differences, "buyers with an order", held.buyers() - buyersBefore, "accepted orders", orders);
        return differences;
    }

    private static void compare(List<String> differences, String what, long is, String expected, long should) {
        if (is != should) {
            differences.add(is + " " + what + ", but " + should + " " + expected);
        }
    }
}
