package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.MILLIS;
import static io.seckill.cli.bench.Rows.ORDERS_PER_SECOND;

import io.seckill.bench.RecordingWait;
import io.seckill.bench.check.RecordDelays;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.Connections;
import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.load.OpenLoop;
import io.seckill.bench.load.Samples;
import io.seckill.bench.load.Trial;
import io.seckill.bench.load.UnaryLoop;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How long buyers wait for their answer, and orders for their row, at a rate that the whole system can keep up with. */
final class EndToEndScenario implements Scenario {
    private static final String CAPACITY = "accepted and recorded";
    private static final int[] PERCENTS = {10, 50, 80};
    private static final int TARGETS_AT_PERCENT = 50;
    private static final double WHOLE = 100;
    private static final double[] PERCENTILES = {50, 99, 99.9};
    private static final double PERCENTILE_OF_TARGET = 99;
    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(60);

    private static final Duration FIRST_ORDERS = Duration.ofMillis(1);

    private static final Target ANSWER = Target.valueAtMost(5);
    private static final Target QUEUE = Target.valueAtMost(1_000);
    private static final Target RECORD = Target.valueAtMost(2_000);

    @Override
    public String name() {
        return "end-to-end";
    }

    @Override
    public String question() {
        return "At 10, 50 and 80 % of what all parts together can do, how long do answers and rows take?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        try (Bed bed = Bed.open(context, Map.of())) {
            Address server = bed.server();
            bed.startWorker();
            Samples capacity = context.measure(name(), List.of(capacity(context, bed, server)));
            double perSecond = capacity.figure(CAPACITY).median();
            List<Measurement> measurements = new ArrayList<>();
            measurements.add(new Rows(name(), capacity).row(CAPACITY, ORDERS_PER_SECOND, null));
            List<Trial> trials = new ArrayList<>();
            for (int percent : PERCENTS) {
                trials.add(fixedRate(context, bed, server, percent, perSecond));
            }
            Rows rows = new Rows(name(), context.measure(name(), trials));
            for (int percent : PERCENTS) {
                measurements.addAll(rows(rows, percent));
            }
            return measurements;
        }
    }

    /** As fast as it goes, until the last row is committed. */
    private static Trial capacity(BenchContext context, Bed bed, Address server) {
        return (length, samples) -> {
            Opened opened = open(context, bed, server);
            long start = System.nanoTime();
            LoadResult result = Loads.UNARY.run(server, opened.buyers(), length);
            awaitRecording(context, bed, opened.sale());
            double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
            check(context, bed, opened, CAPACITY, result);
            samples.add(CAPACITY, result.tally().count(Outcome.ACCEPTED) / seconds);
        };
    }

    private static Trial fixedRate(BenchContext context, Bed bed, Address server, int percent, double perSecond) {
        return (length, samples) -> {
            Opened opened = open(context, bed, server);
            long before = RecordDelays.lastLine(bed.database());
            LoadResult result;
            try (Connections connections = Connections.open(server, Loads.CONNECTIONS)) {
                result = new OpenLoop(connections, perSecond * percent / WHOLE).run(opened.buyers(), length);
            }
            awaitRecording(context, bed, opened.sale());
            check(context, bed, opened, "at " + percent + " %", result);
            for (double percentile : PERCENTILES) {
                samples.add(answer(percentile, percent), result.latencyMillis(percentile));
            }
            RecordDelays delays = RecordDelays.read(bed.database(), before);
            samples.add(queue(percent), delays.queueMillis());
            samples.add(record(percent), delays.recordMillis());
        };
    }

    /** A sale whose first orders are recorded: the worker has found its streams, as it has when a sale opens. */
    private record Opened(BenchSale sale, NewBuyers buyers, LoadResult first) {}

    private static Opened open(BenchContext context, Bed bed, Address server) throws InterruptedException {
        BenchSale sale = BenchSale.open(context, bed, server, SaleTerms.ENDLESS);
        NewBuyers buyers = sale.newBuyers(1);
        try (Connections connections = Connections.open(server, 1)) {
            LoadResult first = new UnaryLoop(connections, 1).run(buyers, FIRST_ORDERS);
            awaitRecording(context, bed, sale);
            return new Opened(sale, buyers, first);
        }
    }

    private static void awaitRecording(BenchContext context, Bed bed, BenchSale sale) throws InterruptedException {
        RecordingWait wait = new RecordingWait(bed.redis(), RECORDING_PATIENCE);
        boolean recorded = wait.await(
                sale.activityIds().get(0), sale.terms().shards(), sale.productIds(), left -> bed.requireAlive());
        if (!recorded) {
            context.disagree("orders were not recorded for " + RECORDING_PATIENCE.toSeconds() + " s");
        }
    }

    private static void check(BenchContext context, Bed bed, Opened opened, String what, LoadResult result) {
        new SaleTrials(context, bed).requireOnly(what, result, Outcome.ACCEPTED);
        opened.sale().check(what, opened.first().tally(), result.tally());
    }

    private static List<Measurement> rows(Rows rows, int percent) {
        boolean targets = percent == TARGETS_AT_PERCENT;
        List<Measurement> measurements = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            boolean targeted = targets && percentile == PERCENTILE_OF_TARGET;
            measurements.add(rows.row(answer(percentile, percent), MILLIS, targeted ? ANSWER : null));
        }
        measurements.add(rows.row(queue(percent), MILLIS, when(targets, QUEUE)));
        measurements.add(rows.row(record(percent), MILLIS, when(targets, RECORD)));
        return measurements;
    }

    private static @Nullable Target when(boolean targeted, Target target) {
        return targeted ? target : null;
    }

    private static String answer(double percentile, int percent) {
        String text = percentile == Math.rint(percentile) ? Long.toString((long) percentile) : "" + percentile;
        return "answer p" + text + " at " + percent + " %";
    }

    private static String queue(int percent) {
        return "queue delay p99 at " + percent + " %";
    }

    private static String record(int percent) {
        return "record delay p99 at " + percent + " %";
    }
}
