package io.seckill.worker;

import io.seckill.stock.StockUnavailableException;
import io.seckill.stock.StreamGroup;
import java.time.Duration;

/** Takes over entries that were read long ago and not acknowledged, by workers that died or by this one. */
final class PendingClaimer {
    /** How often the streams of fenced pools are drained. */
    static final Duration DRAIN_EVERY = Duration.ofMillis(500);

    private static final Duration DRAIN_IDLE = Duration.ofMillis(500);
    private static final String NO_GROUP = "NOGROUP";

    private final StreamGroup group;
    private final StreamReader reader;
    private final EntryRecorder recorder;
    private final StopSignal stop;
    private final Pace pace;
    private final WorkerMetrics metrics;

    PendingClaimer(
            StreamGroup group,
            StreamReader reader,
            EntryRecorder recorder,
            StopSignal stop,
            Pace pace,
            WorkerMetrics metrics) {
        this.group = group;
        this.reader = reader;
        this.recorder = recorder;
        this.stop = stop;
        this.pace = pace;
        this.metrics = metrics;
    }

    /** Claims and records what is idle in one stream, page by page. */
    void claim(String stream) {
        claim(stream, pace.claimIdle());
    }

    /** Claims and records what a fenced pool left, without waiting for long: until that is done nobody can buy. */
    void drain(String stream) {
        claim(stream, DRAIN_IDLE.compareTo(pace.claimIdle()) < 0 ? DRAIN_IDLE : pace.claimIdle());
    }

    private void claim(String stream, Duration minIdle) {
        String cursor = StreamGroup.Claimed.START;
        try {
            boolean more = true;
            while (more && !stop.isAsked()) {
                StreamGroup.Claimed page = group.claim(stream, minIdle, cursor, pageSize());
                metrics.claimed(page.entries().size());
                more = recorder.record(EntryRecorder.decode(page.entries())) && !page.isLast();
                cursor = page.nextCursor();
            }
        } catch (StockUnavailableException e) {
            if (!e.errorCode().equals(NO_GROUP)) {
                throw e;
            }
            reader.ensure(stream);
        }
    }

    private int pageSize() {
        return Math.min(pace.batchSize(), StreamReader.ENTRIES_PER_CALL);
    }
}
