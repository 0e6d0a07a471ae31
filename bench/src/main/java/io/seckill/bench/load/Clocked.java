package io.seckill.bench.load;

import io.seckill.settings.StartFailure;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** The clock of one load and what it has measured so far. Thread-safe. */
final class Clocked {
    /** The longest wait for the answers to what was sent in time. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long MAX_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final int DIGITS = 3;

    private final Recorder latencies = new Recorder(1, MAX_NANOS, DIGITS);
    private final LongAdder answers = new LongAdder();
    private final LongAccumulator lastAnswerNanos;
    private final Tally tally = new Tally();
    private final CountDownLatch running;
    private final long startNanos = System.nanoTime();
    private final long lengthNanos;

    /** @param loops that each end once */
    Clocked(Duration length, int loops) {
        this.lengthNanos = length.toNanos();
        this.lastAnswerNanos = new LongAccumulator(Math::max, 0);
        this.running = new CountDownLatch(loops);
    }

    long startNanos() {
        return startNanos;
    }

    /** True while requests are to be sent. */
    boolean goesOn(long nowNanos) {
        return nowNanos - startNanos < lengthNanos;
    }

    /** Counts an answer to a request that was sent, or should have been sent, at a moment. */
    void answered(SeckillRequest request, SeckillResponse response, long sentNanos, long nowNanos) {
        tally.decided(request, response);
        latencies.recordValue(Math.min(Math.max(1, nowNanos - sentNanos), MAX_NANOS));
        answers.increment();
        lastAnswerNanos.accumulate(nowNanos - startNanos);
    }

    void failed(Throwable failure) {
        tally.failed(failure);
    }

    void loopEnded() {
        running.countDown();
    }

    /** Waits for all loops, and says what came of them. */
    LoadResult await() throws InterruptedException {
        if (!running.await(lengthNanos + PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new StartFailure("no answer within " + PATIENCE.toSeconds() + " s to what was sent; first failure: "
                    + tally.firstFailure());
        }
        Histogram histogram = latencies.getIntervalHistogram();
        return new LoadResult(answers.sum(), Math.max(lengthNanos, lastAnswerNanos.get()), histogram, tally);
    }
}
