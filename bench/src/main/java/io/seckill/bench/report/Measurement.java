package io.seckill.bench.report;

import io.seckill.bench.report.Target.Of;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table.
 *
 * @param scenario that it is of
 * @param metric what was measured, in a few words
 * @param unit such as {@code orders/s} or {@code ms}
 * @param ceiling what it is compared with, if with anything
 * @param target what it should come to, if that was said; one of a ratio needs a ceiling
 */
public record Measurement(
        String scenario,
        String metric,
        String unit,
        Figure ours,
        @Nullable Ceiling ceiling,
        @Nullable Target target) {
    public Measurement {
        if (target != null && target.of() == Of.RATIO && ceiling == null) {
            throw new IllegalArgumentException(metric + ": no ceiling (expected: one, since its ratio has a target)");
        }
    }

    /** Whether the target is met; empty if there is none. */
    public Optional<Boolean> met() {
        if (target == null) {
            return Optional.empty();
        }
        double actual = target.of() == Of.RATIO && ceiling != null ? ceiling.ratio() : ours.median();
        return Optional.of(target.isMetBy(actual));
    }
}
