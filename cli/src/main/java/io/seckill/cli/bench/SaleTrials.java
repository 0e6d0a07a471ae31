package io.seckill.cli.bench;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.Connections;
import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.load.SameBuyers;
import io.seckill.bench.load.Trial;
import io.seckill.bench.load.UnaryLoop;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Trials of servers, each on a sale of its own that is checked; they leave nothing but pools in Redis. */
record SaleTrials(BenchContext context, Bed bed) {
    /** The longest time in which buyers buy so that they have reached their limit. */
    private static final Duration BUYING_BEFORE = Duration.ofMillis(500);

    /** Everybody gets what he asks for. */
    Trial accepted(String name, Load how, Address server) {
        return (length, samples) -> {
            BenchSale sale = BenchSale.open(context, bed, server, SaleTerms.ENDLESS);
            LoadResult result = how.run(server, sale.newBuyers(1), length);
            requireOnly(name, result, Outcome.ACCEPTED);
            sale.check(name, result.tally());
            bed.remove(sale.keysButPools());
            samples.add(name, result.perSecond());
        };
    }

    /** There is nothing to sell. */
    Trial soldOut(String name, Load how, Address server) {
        return (length, samples) -> {
            BenchSale sale = BenchSale.open(context, bed, server, SaleTerms.ENDLESS.withStock(0));
            LoadResult result = how.run(server, sale.newBuyers(1), length);
            requireOnly(name, result, Outcome.SOLD_OUT);
            sale.check(name, result.tally());
            bed.remove(sale.keysButPools());
            samples.add(name, result.perSecond());
        };
    }

    /** There is enough, but everybody who asks has bought already. */
    Trial atLimit(String name, Load how, Address server) {
        return (length, samples) -> {
            BenchSale sale = BenchSale.open(context, bed, server, SaleTerms.ENDLESS);
            Queue<SeckillRequest> bought = new ConcurrentLinkedQueue<>();
            LoadResult before = buyBefore(sale, server, length, bought);
            LoadResult result = how.run(server, new SameBuyers(List.copyOf(bought)), length);
            requireOnly(name, result, Outcome.LIMIT_REACHED);
            sale.check(name, before.tally(), result.tally());
            bed.remove(sale.keysButPools());
            samples.add(name, result.perSecond());
        };
    }

    /** Without a request id: what they send later is another request then. */
    private static LoadResult buyBefore(BenchSale sale, Address server, Duration length, Queue<SeckillRequest> bought)
            throws InterruptedException {
        NewBuyers buyers = sale.newBuyers(1);
        Duration time = length.compareTo(BUYING_BEFORE) < 0 ? length : BUYING_BEFORE;
        try (Connections connections = Connections.open(server, Loads.CONNECTIONS)) {
            return new UnaryLoop(connections, Loads.UNARY_IN_FLIGHT)
                    .run(
                            id -> {
                                SeckillRequest request = buyers.next("");
                                bought.add(request);
                                return request;
                            },
                            time);
        }
    }

    /** A figure of one outcome may not be made of others. */
    void requireOnly(String name, LoadResult result, Outcome outcome) {
        long others = result.latencyNanos().getTotalCount() - result.tally().count(outcome);
        if (others != 0) {
            context.disagree(name + ": " + others + " answers were not " + outcome);
        }
    }
}
