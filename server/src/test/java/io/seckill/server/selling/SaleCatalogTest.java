package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.server.activity.SaleRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SaleCatalogTest {
    private static final SaleRules RULES = new SaleRules(7, 1, 1, List.of(1L), Map.of(1001L, 10L), false, false);

    @Test
    void lookUpThatIsRefusedFailsTheRequestAndIsTriedAgainByTheNext() {
        AtomicBoolean full = new AtomicBoolean(true);
        SaleCatalog catalog = new SaleCatalog(id -> Optional.of(RULES), task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });

        assertThat(catalog.rules(7))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableThat()
                .withCauseInstanceOf(RejectedExecutionException.class);
        full.set(false);
        assertThat(catalog.rules(7)).isCompletedWithValue(Optional.of(RULES));
    }

    @Test
    void knownRulesAreReadOnceForManyRequestsAndAgainWhenDropped() {
        AtomicInteger reads = new AtomicInteger();
        SaleCatalog catalog = new SaleCatalog(
                id -> {
                    reads.incrementAndGet();
                    return Optional.of(RULES);
                },
                Runnable::run);

        for (int i = 0; i < 100; i++) {
            assertThat(catalog.rules(7)).isCompletedWithValue(Optional.of(RULES));
        }
        assertThat(reads).hasValue(1);
        catalog.drop(7);
        assertThat(catalog.rules(7)).isCompletedWithValue(Optional.of(RULES));
        assertThat(reads).hasValue(2);
    }
}
