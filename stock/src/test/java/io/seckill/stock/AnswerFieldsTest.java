package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerFieldsTest {
    @Test
    void fieldsAreReadOneAfterTheOther() {
        AnswerFields fields = fields("-3\n1001\n\nnö\n9223372036854775807\n");

        assertThat(fields.number()).isEqualTo(-3);
        assertThat(fields.number()).isEqualTo(1001);
        assertThat(fields.isEmpty()).isTrue();
        fields.skip();
        assertThat(fields.isEmpty()).isFalse();
        assertThat(fields.text()).isEqualTo("nö");
        assertThat(fields.number()).isEqualTo(Long.MAX_VALUE);
        assertThat(fields.text()).isEmpty();
    }

    @Test
    void whatIsNoNumberIsNotTakenForOne() {
        for (String text : new String[] {"", "-", "1x", "1 ", "9223372036854775808", "\n1"}) {
            assertThatThrownBy(() -> fields(text).number()).isInstanceOf(NumberFormatException.class);
        }
    }

    @Test
    void answerThatIsCutShortIsNotTakenForAWholeOne() {
        AnswerFields fields = fields("0\n1");
        fields.skip();
        fields.skip();

        assertThatThrownBy(fields::text).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(fields::number).isInstanceOf(RuntimeException.class);
    }

    private static AnswerFields fields(String text) {
        return new AnswerFields(text.getBytes(StandardCharsets.UTF_8));
    }
}
