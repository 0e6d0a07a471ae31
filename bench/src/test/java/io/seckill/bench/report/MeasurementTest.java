package io.seckill.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeasurementTest {
    private static final Figure OURS = new Figure(60, 50, 70);
    private static final Ceiling CEILING = new Ceiling("empty echo", new Figure(100, 90, 110), 0.6);

    @Test
    void aRatioIsHeldAgainstItsTarget() {
        assertThat(measurement(CEILING, Target.ratioAtLeast(0.6)).met()).contains(true);
        assertThat(measurement(CEILING, Target.ratioAtLeast(0.61)).met()).contains(false);
    }

    @Test
    void aValueIsHeldAgainstItsTarget() {
        assertThat(measurement(null, Target.valueAtMost(60)).met()).contains(true);
        assertThat(measurement(CEILING, Target.valueAtMost(59)).met()).contains(false);
    }

    @Test
    void withoutATargetNothingIsMetOrMissed() {
        assertThat(measurement(CEILING, null).met()).isEmpty();
    }

    @Test
    void theTargetOfARatioNeedsACeiling() {
        assertThatIllegalArgumentException().isThrownBy(() -> measurement(null, Target.ratioAtLeast(1)));
    }

    private static Measurement measurement(@Nullable Ceiling ceiling, @Nullable Target target) {
        return new Measurement("accept", "unary", "orders/s", OURS, ceiling, target);
    }
}
