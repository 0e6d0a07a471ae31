package io.seckill.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
    private final StringWriter err = new StringWriter();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aFileGetsALineForEachTenth() {
        ProgressLine line = line(false, 1_000);
        for (int done = 1; done <= 1_000; done++) {
            line.update(done);
        }
        line.clear();

        assertThat(err.toString().lines()).hasSize(10);
        assertThat(err.toString().lines().toList().get(0)).isEqualTo("selling 10 % (100 of 1000)");
        assertThat(err.toString()).endsWith("selling 100 % (1000 of 1000)" + System.lineSeparator());
    }

    @Test
    void aTerminalGetsABarThatIsDrawnOverButNotTooOften() {
        ProgressLine line = line(true, 100);
        line.update(50);
        line.update(60);
        assertThat(err.toString()).isEqualTo("\rselling [###############---------------]  50 %  50/100");

        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        line.update(60);
        assertThat(err.toString()).endsWith("\rselling [##################------------]  60 %  60/100");
    }

    @Test
    void theBarIsTakenAwayOnce() {
        ProgressLine line = line(true, 100);
        line.clear();
        assertThat(err.toString()).isEmpty();

        line.update(1);
        line.clear();
        line.clear();
        assertThat(err.toString()).endsWith("\r\033[K").containsOnlyOnce("\033[K");
    }

    @Test
    void anEmptyStepDoesNotDivideByZero() {
        line(false, 0).update(5);
        assertThat(err.toString()).isEqualTo("selling 100 % (1 of 1)" + System.lineSeparator());
    }

    private ProgressLine line(boolean terminal, long total) {
        return new ProgressLine(new PrintWriter(err, true), terminal, nanos::get, "selling", total);
    }
}
