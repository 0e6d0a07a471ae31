package io.seckill.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CloseStackTest {
    private final List<String> closed = new ArrayList<>();

    @Test
    void whatWasOpenedLastIsClosedFirstAndOnce() {
        CloseStack stack = new CloseStack();
        stack.push(() -> closed.add("stores"));
        stack.push(() -> closed.add("worker"));
        stack.push(() -> closed.add("server"));
        stack.close();
        stack.close();

        assertThat(closed).containsExactly("server", "worker", "stores");
    }

    @Test
    void aFailureDoesNotKeepTheOthersOpen() {
        CloseStack stack = new CloseStack();
        stack.push(() -> closed.add("stores"));
        stack.push(() -> {
            throw new IllegalStateException("planted");
        });
        stack.close();

        assertThat(closed).containsExactly("stores");
    }

    @Test
    void anInterruptDoesNotReachWhatIsClosedButIsKept() {
        CloseStack stack = new CloseStack();
        stack.push(() -> closed.add("interrupted: " + Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();
        stack.close();

        assertThat(closed).containsExactly("interrupted: false");
        assertThat(Thread.interrupted()).isTrue();
    }
}
