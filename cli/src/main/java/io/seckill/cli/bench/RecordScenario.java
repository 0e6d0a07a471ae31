package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.ORDERS_PER_SECOND;

import io.seckill.bench.ceiling.CopiedRows;
import io.seckill.bench.ceiling.RowByRow;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.Samples;
import io.seckill.bench.load.Trial;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How fast one worker gets out of full streams and into committed rows. */
final class RecordScenario implements Scenario {
    private static final String RECORD = "record, one worker";
    private static final String RECORD_LINES = "record, one worker, lines";
    private static final String COPY = "COPY of the same rows";
    private static final String ROW_BY_ROW = "row by row";
    private static final String LINES_PER_SECOND = "lines/s";
    private static final int PRODUCTS = 10;
    private static final Duration DISCOVER_EVERY = Duration.ofMillis(100);

    private static final Target TO_COPY = Target.ratioAtLeast(0.5);
    private static final Target TO_ROW_BY_ROW = Target.ratioAtLeast(8);

    @Override
    public String name() {
        return "record";
    }

    @Override
    public String question() {
        return "How many orders does a worker record from full streams, and how many rows can PostgreSQL take?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        try (Bed bed = Bed.open(context, Map.of())) {
            Address server = bed.server();
            bed.startWorker("--discover-every", DISCOVER_EVERY.toMillis() + "ms");
            Samples samples = context.measure(name(), List.of(recordAndCompare(context, bed, server)));
            Rows rows = new Rows(name(), samples);
            return List.of(
                    rows.row(RECORD, ORDERS_PER_SECOND, COPY, "COPY of the same rows into equal tables", TO_COPY),
                    rows.row(
                            RECORD,
                            ORDERS_PER_SECOND,
                            ROW_BY_ROW,
                            "a commit for each order, one connection",
                            TO_ROW_BY_ROW),
                    rows.row(RECORD_LINES, LINES_PER_SECOND, null));
        }
    }

    /** The ceilings take the rows that were recorded just before. */
    private static Trial recordAndCompare(BenchContext context, Bed bed, Address server) {
        SaleTerms terms = SaleTerms.ENDLESS.withProducts(PRODUCTS);
        return (length, samples) -> {
            Backlog backlog = Backlog.sell(context, bed, server, terms, DISCOVER_EVERY, length);
            double seconds = backlog.record();
            samples.add(RECORD, backlog.orders() / seconds);
            samples.add(RECORD_LINES, backlog.lines() / seconds);
            samples.add(
                    COPY,
                    new CopiedRows(bed.postgresSettings(), bed.dir())
                            .run(backlog.activityId())
                            .perSecond());
            samples.add(
                    ROW_BY_ROW,
                    new RowByRow(bed.postgresSettings())
                            .run(backlog.activityId(), MixedBaskets.LINES, length)
                            .perSecond());
        };
    }
}
