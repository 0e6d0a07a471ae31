package io.seckill.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void theMedianIsTheMiddleOneOrBetweenTheTwo() {
        assertThat(Figure.of(List.of(9.0, 1.0, 5.0))).isEqualTo(new Figure(5, 1, 9));
        assertThat(Figure.of(List.of(9.0, 1.0, 5.0, 2.0))).isEqualTo(new Figure(3.5, 1, 9));
    }

    @Test
    void nothingHasNoFigure() {
        assertThatIllegalArgumentException().isThrownBy(() -> Figure.of(List.of()));
    }
}
