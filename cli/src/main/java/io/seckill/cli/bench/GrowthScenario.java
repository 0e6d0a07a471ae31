package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.MILLIS;
import static io.seckill.cli.bench.Rows.ORDERS_PER_SECOND;
import static io.seckill.cli.bench.SaleTerms.ENDLESS;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.Trial;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Whether it stays fast when there is more of something. */
final class GrowthScenario implements Scenario {
    private static final long[] CONNECTIONS = {1, 10, 100, 1_000};
    private static final long[] BASKETS = {1, 5, 20};
    private static final long[] PRODUCTS = {1, 10, 100, 1_000};
    private static final long[] ACTIVITIES = {1, 10, 100};
    private static final long[] SHARDS = {1, 2, 4, 8};
    private static final long[] BUYERS = {10_000, 100_000, 1_000_000, 10_000_000};
    private static final String CALLS_PER_SECOND = "calls/s";
    private static final int MANY_CONNECTIONS = 1_000;
    private static final int TEN_CONNECTIONS = 10;
    private static final long MOST_BUYERS = 10_000_000;
    private static final Target KEPT = Target.ratioAtLeast(0.8);

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public String question() {
        return "Does it stay fast with more connections, products, activities, shards and buyers?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        List<Measurement> measurements = new ArrayList<>();
        Bed bed = context.withoutWorkers();
        Address server = bed.server();
        for (List<GrowthTrial> family : families(context)) {
            List<Trial> trials = new ArrayList<>();
            for (GrowthTrial each : family) {
                trials.add(each.on(context, bed, server));
                if (each.hasEcho()) {
                    trials.add(each.onEcho(context, bed, bed.echo()));
                }
            }
            Rows rows = new Rows(name(), context.measure(name(), trials));
            family.forEach(each -> measurements.addAll(rows(rows, each, family)));
        }
        return measurements;
    }

    /** Each is compared within itself only. */
    private static List<List<GrowthTrial>> families(BenchContext context) {
        return List.of(
                family(context.sizes(CONNECTIONS), size -> GrowthTrial.overConnections(connections(size), (int) size)),
                family(
                        context.sizes(BASKETS),
                        size -> GrowthTrial.of("basket size " + size, ENDLESS.withProducts((int) size))
                                .withBasketSize((int) size)),
                family(
                        context.sizes(PRODUCTS),
                        size -> GrowthTrial.of("products " + size, ENDLESS.withProducts((int) size))),
                family(
                        context.sizes(ACTIVITIES),
                        size -> GrowthTrial.of("activities " + size, ENDLESS.withActivities((int) size))),
                family(context.sizes(SHARDS), size -> GrowthTrial.of("shards " + size, ENDLESS.withShards((int) size))),
                family(
                        context.sizes(BUYERS),
                        size -> GrowthTrial.of(buyers(size), ENDLESS).withBuyersBefore(size)));
    }

    private static List<GrowthTrial> family(long[] sizes, LongFunction<GrowthTrial> trial) {
        return LongStream.of(sizes).mapToObj(trial).toList();
    }

    private static List<Measurement> rows(Rows rows, GrowthTrial trial, List<GrowthTrial> family) {
        GrowthTrial first = family.get(0);
        Measurement throughput = trial.equals(first)
                ? rows.row(trial.name(), ORDERS_PER_SECOND, null)
                : beside(rows, trial.name(), first.name());
        Measurement latency = rows.row(trial.p99(), MILLIS, null);
        return trial.hasEcho() ? List.of(throughput, latency, echo(rows, trial)) : List.of(throughput, latency);
    }

    /** Sockets cost whatever is behind them: what an echo loses over a thousand of them is not ours. */
    private static Measurement echo(Rows rows, GrowthTrial trial) {
        if (!trial.name().equals(connections(MANY_CONNECTIONS))) {
            return rows.row(trial.echo(), CALLS_PER_SECOND, null);
        }
        String few = GrowthTrial.overConnections(connections(TEN_CONNECTIONS), TEN_CONNECTIONS)
                .echo();
        return rows.row(trial.echo(), CALLS_PER_SECOND, few, few, null);
    }

    private static Measurement beside(Rows rows, String metric, String first) {
        // One connection is no measure for a thousand: its calls all wait for one thread of the server.
        String base = metric.equals(connections(MANY_CONNECTIONS)) ? connections(TEN_CONNECTIONS) : first;
        return rows.row(metric, ORDERS_PER_SECOND, base, base, target(metric));
    }

    private static @Nullable Target target(String metric) {
        return metric.equals(connections(MANY_CONNECTIONS)) || metric.equals(buyers(MOST_BUYERS)) ? KEPT : null;
    }

    private static String connections(long count) {
        return "connections " + count;
    }

    private static String buyers(long count) {
        return "buyers before " + count;
    }
}
