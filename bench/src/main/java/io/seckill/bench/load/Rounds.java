package io.seckill.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Trials in turn, round after round, so that whatever disturbs the machine for a while disturbs all of them. A first
 * round is not counted: in it compilers and caches find out what they have to do.
 *
 * @param rounds that count, at least 1
 * @param length of each trial
 * @param progress is told what begins
 */
public record Rounds(int rounds, Duration length, Consumer<String> progress) {
    public Rounds {
        if (rounds < 1 || length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException(
                    "rounds: " + rounds + " of " + length + " (expected: at least 1, longer than 0)");
        }
    }

    /** Runs them all and returns what they found. */
    public Samples run(List<Trial> trials) throws InterruptedException {
        Samples samples = new Samples();
        for (int round = 0; round <= rounds; round++) {
            boolean counts = round > 0;
            progress.accept(counts ? "round " + round + " of " + rounds : "warming up");
            for (Trial trial : trials) {
                trial.run(length, counts ? samples::add : (name, value) -> {});
            }
        }
        return samples;
    }
}
