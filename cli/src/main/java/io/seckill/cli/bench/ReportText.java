package io.seckill.cli.bench;

import io.seckill.bench.report.Ceiling;
import io.seckill.bench.report.Figure;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import io.seckill.bench.report.Target.Bound;
import io.seckill.bench.report.Target.Of;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the cells of the table read, whatever it is printed as. */
final class ReportText {
    static final List<String> HEADINGS =
            List.of("scenario", "metric", "ours", "unit", "ceiling", "which is", "ratio", "target", "met?");

    private static final String NONE = "-";
    private static final double WHOLE_FROM = 100;

    private ReportText() {}

    /** The cells of one row, one for each of {@link #HEADINGS}. */
    static List<String> cells(Measurement row) {
        Ceiling ceiling = row.ceiling();
        return List.of(
                row.scenario(),
                row.metric(),
                spread(row.ours()),
                row.unit(),
                ceiling == null ? NONE : spread(ceiling.figure()),
                ceiling == null ? NONE : ceiling.what(),
                ceiling == null ? NONE : number(ceiling.ratio()),
                target(row.target()),
                row.met().map(met -> met ? "yes" : "NO").orElse(NONE));
    }

    private static String spread(Figure figure) {
        String median = number(figure.median());
        return figure.least() == figure.most()
                ? median
                : median + " (" + number(figure.least()) + " to " + number(figure.most()) + ")";
    }

    private static String target(@Nullable Target target) {
        if (target == null) {
            return NONE;
        }
        return (target.of() == Of.RATIO ? "ratio " : "")
                + (target.bound() == Bound.AT_LEAST ? ">= " : "<= ")
                + number(target.value());
    }

    private static String number(double value) {
        return Math.abs(value) >= WHOLE_FROM
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.2f", value);
    }
}
