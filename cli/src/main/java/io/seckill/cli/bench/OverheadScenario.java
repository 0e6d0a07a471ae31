package io.seckill.cli.bench;

import static io.seckill.cli.bench.Rows.ANSWERS_PER_SECOND;
import static io.seckill.cli.bench.Rows.ORDERS_PER_SECOND;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.Samples;
import io.seckill.bench.load.Trial;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import io.seckill.embedded.FreePorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it costs to count and to ask who calls: the same server with metrics and tokens, and with neither. */
final class OverheadScenario implements Scenario {
    private static final String WITH = ", metrics and tokens";
    private static final String WITHOUT = ", neither";
    private static final String UNARY = "unary accept";
    private static final String STREAMING = "streaming accept";
    private static final String SOLD_OUT = "unary refuse, sold out";
    private static final String SAME_SERVER = "the same server, --admin-port=-1 and without tokens";

    private static final Target KEPT = Target.ratioAtLeast(0.85);

    @Override
    public String name() {
        return "overhead";
    }

    @Override
    public String question() {
        return "What does a server lose to metrics that are read each second and to a token with every call?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        Bed bed = context.withoutWorkers();
        Address without = bed.server("--admin-port=-1");
        int adminPort = FreePorts.next();
        BenchIssuer issuer = new BenchIssuer(bed.dir());
        List<String> flags = new ArrayList<>(issuer.serverFlags());
        flags.addAll(List.of("--admin-port", Integer.toString(adminPort)));
        Address with = new Address(
                bed.server(flags.toArray(String[]::new)).port(),
                Optional.of(issuer.token(context.clock().instant())));
        SaleTrials sales = new SaleTrials(context, bed);
        Samples samples = context.measure(
                name(),
                List.of(
                        sales.accepted(UNARY + WITHOUT, Loads.UNARY, without),
                        scraped(adminPort, sales.accepted(UNARY + WITH, Loads.UNARY, with)),
                        sales.accepted(STREAMING + WITHOUT, Loads.STREAMING, without),
                        scraped(adminPort, sales.accepted(STREAMING + WITH, Loads.STREAMING, with)),
                        sales.soldOut(SOLD_OUT + WITHOUT, Loads.UNARY, without),
                        scraped(adminPort, sales.soldOut(SOLD_OUT + WITH, Loads.UNARY, with))));
        Rows rows = new Rows(name(), samples);
        return List.of(
                rows.row(UNARY + WITH, ORDERS_PER_SECOND, UNARY + WITHOUT, SAME_SERVER, KEPT),
                rows.row(STREAMING + WITH, ORDERS_PER_SECOND, STREAMING + WITHOUT, SAME_SERVER, KEPT),
                rows.row(SOLD_OUT + WITH, ANSWERS_PER_SECOND, SOLD_OUT + WITHOUT, SAME_SERVER, KEPT));
    }

    private static Trial scraped(int adminPort, Trial trial) {
        return (length, samples) -> {
            try (Scraper scraper = new Scraper(adminPort)) {
                trial.run(length, samples);
                scraper.requireReadings();
            }
        };
    }
}
