package io.seckill.cli.bench;

import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.load.Samples;
import io.seckill.bench.load.Trial;
import io.seckill.bench.report.Measurement;
import io.seckill.bench.report.Target;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many orders a server accepts when everybody gets what he asks for. */
final class AcceptScenario implements Scenario {
    private static final String UNIT = "orders/s";
    private static final double UNARY_TO_ECHO = 0.60;

    @Override
    public String name() {
        return "accept";
    }

    @Override
    public String question() {
        return "How many orders of new buyers does a server accept, against an empty call and what others do?";
    }

    @Override
    public List<Measurement> run(BenchContext context) throws InterruptedException {
        try (Bed bed = Bed.open(context, Map.of())) {
            int echo = bed.startEcho();
            int server = bed.startServer();
            Samples samples = context.measure(
                    name(),
                    List.of(
                            echo(Loads.UNARY, echo),
                            accept(context, bed, Loads.UNARY, server),
                            echo(Loads.STREAMING, echo),
                            accept(context, bed, Loads.STREAMING, server)));
            return List.of(
                    row(samples, Loads.UNARY, Target.ratioAtLeast(UNARY_TO_ECHO)), row(samples, Loads.STREAMING, null));
        }
    }

    private Measurement row(Samples samples, Loads how, @Nullable Target target) {
        String ours = how.adjective() + " accept";
        return new Measurement(
                name(),
                ours,
                UNIT,
                samples.figure(ours),
                samples.ceiling(ours, how.adjective() + " echo", "empty " + how.adjective() + " echo"),
                target);
    }

    private static Trial echo(Loads how, int port) {
        NewBuyers buyers = new NewBuyers(List.of(1L), List.of(1_001L), 1, 1);
        return (length, samples) -> samples.add(
                how.adjective() + " echo", how.run(port, buyers, length).perSecond());
    }

    private static Trial accept(BenchContext context, Bed bed, Loads how, int port) {
        return (length, samples) -> {
            BenchSale sale = BenchSale.open(context, bed, port, SaleTerms.ENDLESS);
            LoadResult result = how.run(port, sale.newBuyers(1), length);
            sale.check(how.adjective() + " accept", result.tally());
            sale.remove();
            samples.add(how.adjective() + " accept", result.perSecond());
        };
    }
}
