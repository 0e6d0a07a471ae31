package io.seckill.cli.bench;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.Connections;
import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.Requests;
import io.seckill.bench.load.StreamLoop;
import io.seckill.bench.load.Trial;
import io.seckill.bench.load.UnaryLoop;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;

/**
 * One size of one thing that grows, with everything else as small as can be.
 *
 * @param name of the row; that of its 99th percentile is {@link #p99}
 * @param connections that make unary calls, or 0 for streams
 * @param basketSize products in each order
 * @param buyersBefore users in the buyers hash at first
 */
record GrowthTrial(String name, int connections, SaleTerms terms, int basketSize, long buyersBefore) {
    private static final int STREAMS = 0;

    /** Calls under way, however many connections they are spread over. */
    static final int IN_FLIGHT = 1_000;

    private static final double P99 = 99;

    /** Streams of baskets of one product. */
    static GrowthTrial of(String name, SaleTerms terms) {
        return new GrowthTrial(name, STREAMS, terms, 1, 0);
    }

    /** Unary calls over so many connections. */
    static GrowthTrial overConnections(String name, int connections) {
        return new GrowthTrial(name, connections, SaleTerms.ENDLESS, 1, 0);
    }

    GrowthTrial withBasketSize(int size) {
        return new GrowthTrial(name, connections, terms, size, buyersBefore);
    }

    GrowthTrial withBuyersBefore(long count) {
        return new GrowthTrial(name, connections, terms, basketSize, count);
    }

    /** True if it is about connections, so that empty calls over as many of them stand beside it. */
    boolean hasEcho() {
        return connections != STREAMS;
    }

    /** What empty calls over as many connections are called. */
    String echo() {
        return "empty unary echo, " + name;
    }

    /** The same calls of a server that does nothing. */
    Trial onEcho(BenchContext context, Bed bed, Address server) {
        return new CeilingTrials(context, bed).echo(echo(), this::load, server);
    }

    /** What the latency is called. */
    String p99() {
        return name + ", p99";
    }

    /** On a sale of its own each time. */
    Trial on(BenchContext context, Bed bed, Address server) {
        return (length, samples) -> {
            BenchSale sale = BenchSale.open(context, bed, server, terms);
            sale.shards().forEach(shard -> BuyersBefore.fill(bed, shard, buyersBefore));
            LoadResult result = load(server, sale.newBuyers(basketSize), length);
            new SaleTrials(context, bed).requireOnly(name, result, Outcome.ACCEPTED);
            sale.check(name, buyersBefore * sale.shards().size(), result.tally());
            bed.remove(sale.keysButPools());
            samples.add(name, result.perSecond());
            samples.add(p99(), result.latencyMillis(P99));
        };
    }

    private LoadResult load(Address server, Requests requests, Duration length) throws InterruptedException {
        if (connections == STREAMS) {
            try (Connections streams = Connections.open(server, Loads.CONNECTIONS)) {
                return new StreamLoop(streams, Loads.STREAM_WINDOW).run(requests, length);
            }
        }
        try (Connections open = Connections.open(server, connections)) {
            return new UnaryLoop(open, IN_FLIGHT).run(requests, length);
        }
    }
}
