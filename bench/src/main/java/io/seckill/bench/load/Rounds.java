package io.seckill.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Trials in turn, round after round, so that whatever disturbs the machine for a while disturbs all of them. A first
 * round is not counted: in it compilers and caches find out what they have to do.
 *
 * @param rounds that count, at least 1
 * @param length of each trial
 * @param progress is told what was found
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
            String which = round == 0 ? "warm-up" : "round " + round + " of " + rounds;
            Trial.Sink sink = round == 0 ? (name, value) -> {} : samples::add;
            for (Trial trial : trials) {
                trial.run(length, (name, value) -> {
                    progress.accept(String.format(Locale.ROOT, "%s: %s %,.2f", which, name, value));
                    sink.add(name, value);
                });
            }
        }
        return samples;
    }
}
