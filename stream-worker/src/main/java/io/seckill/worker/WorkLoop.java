package io.seckill.worker;

import java.time.Duration;
import java.util.List;

/**
 * The reading thread: reads, records and acknowledges, and does the rest in between. All of it is on one thread, so
 * that the worker never claims from itself what it has in hand.
 */
final class WorkLoop implements Runnable {
    private final StopSignal stop;
    private final Backoff backoff;
    private final StreamDirectory directory;
    private final StreamReader reader;
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
            EntryRecorder recorder,
            Rounds rounds) {
        this.stop = stop;
        this.backoff = backoff;
        this.directory = directory;
        this.reader = reader;
        this.recorder = recorder;
        this.rounds = rounds;
    }

    @Override
    public void run() {
        while (!stop.isAsked()) {
            backoff.retry("reading the streams", failure -> true, this::turn);
        }
    }

    private void turn() {
        directory.refresh();
        reader.use(directory.streams());
        if (reader.hasStreams()) {
            recorder.record(reader.read(longestWait()));
        } else {
            stop.await(longestWait());
        }
        if (!stop.isAsked()) {
            rounds.turn(reader.readable(), directory);
        }
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
