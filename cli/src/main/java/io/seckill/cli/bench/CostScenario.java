package io.seckill.cli.bench;

import io.seckill.bench.check.PostgresCounters;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.Samples;
import io.seckill.bench.load.Trial;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an order costs: CPU time of each part, memory in Redis and in the server, statements and calls. */
final class CostScenario implements Scenario {
    private static final String SERVER = "server";
    private static final String WORKER = "worker";
    private static final List<String> PARTS = List.of(SERVER, "Redis", WORKER, "PostgreSQL");
    private static final String STATEMENTS = "SQL statements per 1,000 orders sold and recorded";
    private static final String CALLS = "Redis commands from clients per 1,000 orders";
    private static final String ALLOCATED = "allocated in the server per request";
    private static final String IN_FLIGHT = "in Redis per order in flight";
    private static final String RECORDED = "in Redis per recorded order";
    private static final String CPU_UNIT = "CPU s per 1,000,000 orders";
    private static final String BYTES = "bytes";
    private static final String COUNT = "count";
    private static final double MILLION = 1e6;
    private static final double THOUSAND = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int PRODUCTS = 10;

    /** The default of workers. */
    private static final Duration DISCOVER_EVERY = Duration.ofSeconds(1);

    private static final SaleTerms TERMS = SaleTerms.ENDLESS.withProducts(PRODUCTS);
    private static final int STATEMENTS_TO_NAME = 12;

    private static final Target FEW_STATEMENTS = Target.valueAtMost(10);

    @Override
    public String name() {
        return "cost";
    }

    @Override
    public String question() {
        return "What does an order cost in CPU time, memory, SQL statements and Redis commands?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        try (Bed bed = Bed.open(context, Map.of(), PostgresCounters.PARAMETERS)) {
            Address server = bed.server();
            bed.startWorker();
            PostgresCounters counters = new PostgresCounters(bed.database());
            try (AllocationMeter allocation = AllocationMeter.of(bed.pidOf(SERVER))) {
                Samples samples = context.measure(
                        name(),
                        List.of(work(context, bed, server, counters, allocation), memory(context, bed, server)));
                counters.mostCalled(STATEMENTS_TO_NAME).forEach(context::progress);
                return measurements(new Rows(name(), samples));
            }
        }
    }

    /** Sells and records at the same time, as fast as it goes. */
    private static Trial work(
            BenchContext context, Bed bed, Address server, PostgresCounters counters, AllocationMeter allocation) {
        CpuMeter cpu = new CpuMeter(Map.of(
                SERVER,
                bed.pidOf(SERVER),
                WORKER,
                bed.pidOf(WORKER),
                "Redis",
                new RedisCounters(bed).process(),
                "PostgreSQL",
                counters.mainProcess()));
        return (length, samples) -> {
            RedisCounters redis = new RedisCounters(bed);
            BenchSale sale = BenchSale.open(context, bed, server, TERMS);
            Map<String, Duration> before = cpu.read();
            long commandsBefore = redis.commands();
            long allocatedBefore = allocation.bytes();
            counters.reset();
            LoadResult sold = Loads.STREAMING.run(
                    server, new MixedBaskets(sale, context.settings().seed()), length);
            long allocated = allocation.bytes() - allocatedBefore;
            Backlog.awaitRecorded(bed, sale);
            long statements = counters.statements();
            long commands = redis.commands() - commandsBefore;
            Map<String, Duration> after = cpu.read();
            sale.check("cost", sold.tally());
            double orders = sold.tally().count(Outcome.ACCEPTED);
            for (String part : PARTS) {
                double nanos = after.getOrDefault(part, Duration.ZERO)
                        .minus(before.getOrDefault(part, Duration.ZERO))
                        .toNanos();
                samples.add(part, nanos / NANOS_PER_SECOND * MILLION / orders);
            }
            samples.add(STATEMENTS, statements * THOUSAND / orders);
            samples.add(CALLS, commands * THOUSAND / orders);
            samples.add(ALLOCATED, allocated / orders);
        };
    }

    /** Sells first and records then, so that what is in flight can be weighed. */
    private static Trial memory(BenchContext context, Bed bed, Address server) {
        return (length, samples) -> {
            RedisCounters redis = new RedisCounters(bed);
            Backlog backlog = Backlog.sell(context, bed, server, TERMS, DISCOVER_EVERY, length);
            samples.add(IN_FLIGHT, redis.bytesOf(backlog.sale()) / (double) backlog.orders());
            backlog.record();
            samples.add(RECORDED, redis.bytesOf(backlog.sale()) / (double) backlog.orders());
        };
    }

    private static List<Measurement> measurements(Rows rows) {
        List<Measurement> measurements = new ArrayList<>();
        PARTS.forEach(part -> measurements.add(rows.row(part, CPU_UNIT, null)));
        measurements.add(rows.row(STATEMENTS, COUNT, FEW_STATEMENTS));
        measurements.add(rows.row(CALLS, COUNT, null));
        measurements.add(rows.row(ALLOCATED, BYTES, null));
        measurements.add(rows.row(IN_FLIGHT, BYTES, null));
        measurements.add(rows.row(RECORDED, BYTES, null));
        return measurements;
    }
}
