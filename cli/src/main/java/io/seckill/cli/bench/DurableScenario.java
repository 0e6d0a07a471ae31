package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.ORDERS_PER_SECOND;

import io.seckill.bench.ceiling.BareScriptClient;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.Samples;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import io.seckill.bench.script.BenchScript;
import java.util.List;
import java.util.Map;

/** How many orders a server accepts when each is on Redis's disk before its buyer is told. */
final class DurableScenario implements Scenario {
    private static final String STREAMING = "streaming accept, on disk";
    private static final String UNARY = "unary accept, on disk";
    private static final String ONE_BY_ONE = "streaming accept, on disk, batching off";
    private static final String BARE = "bare client, on disk";

    private static final Target TO_BARE = Target.ratioAtLeast(3);
    private static final String[] ON_DISK = {"--acknowledge", "fsync"};
    private static final String[] ON_DISK_ONE_BY_ONE = {"--acknowledge", "fsync", "--batch-size", "1"};

    @Override
    public String name() {
        return "durable";
    }

    @Override
    public String question() {
        return "How many orders does a server accept when each is on disk first (appendfsync always)?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        try (Bed bed = Bed.open(context, Map.of("appendfsync", "always"))) {
            Address server = bed.server(ON_DISK);
            Address unbatched = bed.server(ON_DISK_ONE_BY_ONE);
            SaleTrials sales = new SaleTrials(context, bed);
            Samples samples = context.measure(
                    name(),
                    List.of(
                            sales.accepted(STREAMING, Loads.STREAMING, server),
                            new CeilingTrials(context, bed).bareScript(BARE, BenchScript.ONE_ORDER),
                            sales.accepted(UNARY, Loads.UNARY, server),
                            sales.accepted(ONE_BY_ONE, Loads.STREAMING, unbatched)));
            Rows rows = new Rows(name(), samples);
            String bare =
                    "bare client, one script call per order, " + BareScriptClient.CONNECTIONS + " connections, on disk";
            return List.of(
                    rows.row(STREAMING, ORDERS_PER_SECOND, BARE, bare, TO_BARE),
                    rows.row(STREAMING, ORDERS_PER_SECOND, ONE_BY_ONE, "the same server, --batch-size 1", null),
                    rows.row(UNARY, ORDERS_PER_SECOND, BARE, bare, null));
        }
    }
}
