package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.ANSWERS_PER_SECOND;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.Samples;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import java.util.List;

/** How many requests a server refuses: most of a flash sale is that. */
final class RefuseScenario implements Scenario {
    private static final String UNARY_SOLD_OUT = "unary refuse, sold out";
    private static final String UNARY_LIMIT = "unary refuse, at the limit";
    private static final String STREAMING_SOLD_OUT = "streaming refuse, sold out";
    private static final String STREAMING_LIMIT = "streaming refuse, at the limit";
    private static final String STREAMING_ACCEPT = "streaming accept";
    private static final String UNARY_ECHO = "unary echo";
    private static final String EMPTY_ECHO = "empty unary echo";

    private static final Target TO_ECHO = Target.ratioAtLeast(0.80);
    private static final Target TO_ACCEPT = Target.ratioAtLeast(2);

    @Override
    public String name() {
        return "refuse";
    }

    @Override
    public String question() {
        return "How many requests does a server refuse, of buyers who are too late or have bought already?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        Bed bed = context.withoutWorkers();
        Address echo = bed.echo();
        Address server = bed.server();
        SaleTrials sales = new SaleTrials(context, bed);
        Samples samples = context.measure(
                name(),
                List.of(
                        new CeilingTrials(context, bed).echo(UNARY_ECHO, Loads.UNARY, echo),
                        sales.soldOut(UNARY_SOLD_OUT, Loads.UNARY, server),
                        sales.atLimit(UNARY_LIMIT, Loads.UNARY, server),
                        sales.accepted(STREAMING_ACCEPT, Loads.STREAMING, server),
                        sales.soldOut(STREAMING_SOLD_OUT, Loads.STREAMING, server),
                        sales.atLimit(STREAMING_LIMIT, Loads.STREAMING, server)));
        Rows rows = new Rows(name(), samples);
        return List.of(
                rows.row(UNARY_SOLD_OUT, ANSWERS_PER_SECOND, UNARY_ECHO, EMPTY_ECHO, TO_ECHO),
                rows.row(UNARY_LIMIT, ANSWERS_PER_SECOND, UNARY_ECHO, EMPTY_ECHO, null),
                rows.row(STREAMING_SOLD_OUT, ANSWERS_PER_SECOND, STREAMING_ACCEPT, STREAMING_ACCEPT, TO_ACCEPT),
                rows.row(STREAMING_LIMIT, ANSWERS_PER_SECOND, STREAMING_ACCEPT, STREAMING_ACCEPT, null));
    }
}
