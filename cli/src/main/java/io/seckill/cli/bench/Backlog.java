package io.seckill.cli.bench;

import io.seckill.bench.RecordingWait;
import io.seckill.bench.check.Recording;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.LoadResult;
import io.seckill.settings.StartFailure;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Sold orders of which none is recorded until the worker is let at them. Used by one thread. */
final class Backlog {
    /** Times that workers look for streams before they are believed to have noticed. */
    private static final int LOOKS = 2;

    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(60);

    private final BenchContext context;
    private final Bed bed;
    private final BenchSale sale;
    private final LoadResult sold;
    private long linesAtFirst;
    private long linesLeft;
    private long startNanos;

    private Backlog(BenchContext context, Bed bed, BenchSale sale, LoadResult sold) {
        this.context = context;
        this.bed = bed;
        this.sale = sale;
        this.sold = sold;
    }

    /**
     * Sells for so long, over streams to the server.
     *
     * @param discoverEvery how often the workers look for streams to read
     */
    static Backlog sell(
            BenchContext context, Bed bed, Address server, SaleTerms terms, Duration discoverEvery, Duration length)
            throws InterruptedException {
        BenchSale sale = BenchSale.open(context, bed, server, terms);
        new Recording(bed.database()).hold(sale.activityIds().get(0));
        LockSupport.parkNanos(discoverEvery.multipliedBy(LOOKS).toNanos());
        LoadResult sold = Loads.STREAMING.run(
                server, new MixedBaskets(sale, context.settings().seed()), length);
        new SaleTrials(context, bed).requireOnly("backlog", sold, Outcome.ACCEPTED);
        return new Backlog(context, bed, sale, sold);
    }

    BenchSale sale() {
        return sale;
    }

    long activityId() {
        return sale.activityIds().get(0);
    }

    long orders() {
        return sold.tally().count(Outcome.ACCEPTED);
    }

    long lines() {
        return sold.tally().units();
    }

    /**
     * Lets the worker at them and waits until all are recorded.
     *
     * @return the seconds from when it was first seen at work, extended to all that there was
     */
    double record() throws InterruptedException {
        Recording recording = new Recording(bed.database());
        recording.release(activityId());
        linesAtFirst = 0;
        linesLeft = lines();
        startNanos = System.nanoTime();
        await(bed, sale, this::seen);
        double seconds = (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        check(recording);
        return linesAtFirst == 0 ? seconds : seconds * lines() / linesAtFirst;
    }

    /** Waits until all that a sale sold is recorded. */
    static void awaitRecorded(Bed bed, BenchSale sale) throws InterruptedException {
        await(bed, sale, left -> bed.requireAlive());
    }

    private static void await(Bed bed, BenchSale sale, LongConsumer entriesLeft) throws InterruptedException {
        RecordingWait wait = new RecordingWait(bed.redis(), RECORDING_PATIENCE);
        if (!wait.await(sale.activityIds().get(0), sale.terms().shards(), sale.productIds(), entriesLeft)) {
            throw new StartFailure("orders were not recorded for " + RECORDING_PATIENCE.toSeconds() + " s");
        }
    }

    /** Its first look at new streams is not part of its work. */
    private void seen(long left) {
        bed.requireAlive();
        if (linesAtFirst == 0 && left > 0 && left < linesLeft) {
            linesAtFirst = left;
            startNanos = System.nanoTime();
        }
        linesLeft = left;
    }

    private void check(Recording recording) {
        sale.check("record", sold.tally());
        long rows = recording.orders(activityId());
        if (rows != orders()) {
            context.disagree("record: " + orders() + " orders sold, " + rows + " recorded");
        }
    }
}
