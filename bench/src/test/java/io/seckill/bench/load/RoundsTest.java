package io.seckill.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seckill.bench.report.Ceiling;
import io.seckill.bench.report.Figure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final Duration LENGTH = Duration.ofSeconds(1);

    private final List<String> progress = new ArrayList<>();

    @Test
    void trialsAreInterleavedAndTheFirstRoundDoesNotCount() throws InterruptedException {
        List<String> order = new ArrayList<>();
        AtomicInteger runs = new AtomicInteger();
        Trial one = (length, samples) -> {
            order.add("one");
            samples.add("ours", runs.incrementAndGet());
        };
        Trial other = (length, samples) -> {
            order.add("other");
            samples.add("ceiling", 10);
        };

        Samples samples = new Rounds(3, LENGTH, progress::add).run(List.of(one, other));

        assertThat(order).containsExactly("one", "other", "one", "other", "one", "other", "one", "other");
        assertThat(samples.figure("ours")).isEqualTo(new Figure(3, 2, 4));
        assertThat(progress).hasSize(8).first().isEqualTo("warm-up: ours 1.00");
    }

    @Test
    void aRatioIsTheMedianOfThoseOfTheRounds() {
        Samples samples = new Samples();
        for (double[] round : new double[][] {{10, 100}, {90, 100}, {20, 40}}) {
            samples.add("ours", round[0]);
            samples.add("ceiling", round[1]);
        }

        Ceiling ceiling = samples.ceiling("ours", "ceiling", "an echo");
        assertThat(ceiling).isEqualTo(new Ceiling("an echo", new Figure(100, 40, 100), 0.5));
    }

    @Test
    void whatNoTrialFoundHasNoFigure() {
        Samples samples = new Samples();
        samples.add("ours", 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> samples.figure("yours"))
                .withMessageContaining("ours");
        samples.add("ceiling", 1);
        samples.add("ceiling", 1);
        assertThatIllegalArgumentException().isThrownBy(() -> samples.ceiling("ours", "ceiling", ""));
    }

    @Test
    void thereIsAtLeastOneRoundOfSomeLength() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Rounds(0, LENGTH, progress::add));
        assertThatIllegalArgumentException().isThrownBy(() -> new Rounds(1, Duration.ZERO, progress::add));
    }
}
