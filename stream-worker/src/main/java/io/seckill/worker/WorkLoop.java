package io.seckill.worker;

import io.seckill.stock.DecodedEntry;
import java.time.Duration;
import java.util.List;

/**
 * The reading thread: reads, records and acknowledges, and does the rest in between, when it has nothing in hand, so that
 * the worker never claims that from itself.
 */
final class WorkLoop implements Runnable {
    private final StopSignal stop;
    private final Backoff backoff;
    private final StreamDirectory directory;
    private final StreamReader reader;
    private final ReadAhead ahead;
    private final EntryRecorder recorder;
    private final Rounds rounds;

    /** What is done besides reading. */
    record Rounds(
            Duration block, StreamRound claims, StreamRound drains, StreamRound tidying, DrainedActivities drained) {
        void turn(List<String> streams, StreamDirectory directory) {
            claims.turn(streams);
            drains.turn(directory.fenced());
            tidying.turn(streams);
            drained.turn(directory.activities());
        }
    }

    WorkLoop(
            StopSignal stop,
            Backoff backoff,
            StreamDirectory directory,
            StreamReader reader,
            ReadAhead ahead,
            EntryRecorder recorder,
            Rounds rounds) {
        this.stop = stop;
        this.backoff = backoff;
        this.directory = directory;
        this.reader = reader;
        this.ahead = ahead;
        this.recorder = recorder;
        this.rounds = rounds;
    }

    @Override
    public void run() {
        try (ahead) {
            while (!stop.isAsked()) {
                backoff.retry("reading the streams", failure -> true, this::turn);
            }
        }
    }

    private void turn() {
        directory.refresh();
        reader.use(directory.streams());
        if (reader.hasStreams()) {
            recordAll(ahead.read(longestWait()));
        } else {
            stop.await(longestWait());
        }
        if (!stop.isAsked()) {
            rounds.turn(reader.readable(), directory);
        }
    }

    /** While there is plenty and nothing else to do, the next batch is read while one is recorded. */
    private void recordAll(List<DecodedEntry> first) {
        List<DecodedEntry> batch = first;
        while (reader.isPlenty(batch) && !stop.isAsked() && !longestWait().isZero()) {
            batch = recordAndRead(batch);
        }
        recorder.record(batch);
    }

    private List<DecodedEntry> recordAndRead(List<DecodedEntry> batch) {
        ahead.begin();
        List<DecodedEntry> next;
        boolean recorded = false;
        try {
            recorded = recorder.recordOnTheWay(batch);
        } finally {
            next = ahead.take();
        }
        return recorded ? next : List.of();
    }

    private Duration longestWait() {
        Duration wait = rounds.block();
        if (!directory.fenced().isEmpty() && rounds.drains().untilDue().compareTo(wait) < 0) {
            wait = rounds.drains().untilDue();
        }
        for (Duration other : List.of(directory.untilDue(), rounds.claims().untilDue())) {
            wait = other.compareTo(wait) < 0 ? other : wait;
        }
        // BLOCK 0 would be for ever, and less than 1 ms cannot be said.
        return wait.toMillis() == 0 ? Duration.ZERO : Duration.ofMillis(wait.toMillis());
    }
}
