package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.ORDERS_PER_SECOND;

import io.seckill.bench.ceiling.BareScriptClient;
import io.seckill.bench.ceiling.PostgresOrders;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.Samples;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import io.seckill.bench.script.BenchScript;
import java.util.List;

/** How many orders a server accepts when everybody gets what he asks for. */
final class AcceptScenario implements Scenario {
    private static final String UNARY = "unary accept";
    private static final String STREAMING = "streaming accept";
    private static final String UNARY_ECHO = "unary echo";
    private static final String STREAMING_ECHO = "streaming echo";
    private static final String ONE_BY_ONE = "streaming accept, batching off";
    private static final String BARE = "bare client";
    private static final String BARE_IN_FULL = "bare client, in full";
    private static final String POSTGRES = "PostgreSQL";

    private static final Target TO_ECHO = Target.ratioAtLeast(0.60);
    private static final Target TO_BARE = Target.ratioAtLeast(2.5);
    private static final Target TO_ONE_BY_ONE = Target.ratioAtLeast(5);
    private static final Target TO_POSTGRES = Target.ratioAtLeast(15);

    @Override
    public String name() {
        return "accept";
    }

    @Override
    public String question() {
        return "How many orders of new buyers does a server accept, against empty calls and what others do?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        Bed bed = context.withoutWorkers();
        Address echo = bed.echo();
        Address server = bed.server();
        Address unbatched = bed.server("--batch-size", "1");
        CeilingTrials ceilings = new CeilingTrials(context, bed);
        SaleTrials sales = new SaleTrials(context, bed);
        Samples samples = context.measure(
                name(),
                List.of(
                        ceilings.echo(UNARY_ECHO, Loads.UNARY, echo),
                        sales.accepted(UNARY, Loads.UNARY, server),
                        ceilings.echo(STREAMING_ECHO, Loads.STREAMING, echo),
                        sales.accepted(STREAMING, Loads.STREAMING, server),
                        ceilings.bareScript(BARE, BenchScript.ONE_ORDER),
                        ceilings.bareScript(BARE_IN_FULL, BenchScript.ONE_ORDER_IN_FULL),
                        sales.accepted(ONE_BY_ONE, Loads.STREAMING, unbatched),
                        ceilings.postgresOrders(POSTGRES)));
        return rows(new Rows(name(), samples));
    }

    private static List<Measurement> rows(Rows rows) {
        String bare = "bare client, one script call per order, " + BareScriptClient.CONNECTIONS + " connections";
        String postgres = "UPDATE + INSERT per order in PostgreSQL, " + PostgresOrders.CONNECTIONS + " connections";
        return List.of(
                rows.row(UNARY, ORDERS_PER_SECOND, UNARY_ECHO, "empty unary echo", TO_ECHO),
                rows.row(STREAMING, ORDERS_PER_SECOND, STREAMING_ECHO, "empty streaming echo", null),
                rows.row(STREAMING, ORDERS_PER_SECOND, BARE, bare, TO_BARE),
                rows.row(STREAMING, ORDERS_PER_SECOND, BARE_IN_FULL, bare + ", which keeps as much of it", null),
                rows.row(STREAMING, ORDERS_PER_SECOND, ONE_BY_ONE, "the same server, --batch-size 1", TO_ONE_BY_ONE),
                rows.row(UNARY, ORDERS_PER_SECOND, POSTGRES, postgres, null),
                rows.row(STREAMING, ORDERS_PER_SECOND, POSTGRES, postgres, TO_POSTGRES));
    }
}
