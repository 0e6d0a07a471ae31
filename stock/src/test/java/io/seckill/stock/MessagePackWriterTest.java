package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessagePackWriterTest {
    @Test
    void arraysAndNumbersAreThoseOfTheFormat() {
        MessagePackWriter out = new MessagePackWriter(0);
        out.array(3);
        out.number(127);
        out.number(128);
        out.number(Integer.MAX_VALUE);

        assertThat(out.toBytes())
                .isEqualTo(bytes(0xdd, 0, 0, 0, 3, 0x7f, 0xce, 0, 0, 0, 128, 0xce, 0x7f, 0xff, 0xff, 0xff));
    }

    @Test
    void textsCarryTheirLengthInBytes() {
        MessagePackWriter out = new MessagePackWriter(0);
        out.text("");
        out.text("ab");
        out.text("秒");
        out.text("x".repeat(32));

        ByteBuffer expected = ByteBuffer.allocate(1 + 3 + 6 + 35);
        expected.put(bytes(0xa0, 0xa2)).put(utf8("ab"));
        expected.put(bytes(0xda, 0, 3)).put(utf8("秒"));
        expected.put(bytes(0xda, 0, 32)).put(utf8("x".repeat(32)));
        assertThat(out.toBytes()).isEqualTo(expected.array());
    }

    @Test
    void textMadeOfPiecesIsOneText() {
        MessagePackWriter out = new MessagePackWriter(0);
        out.beginText();
        out.digits(0);
        out.letter('x');
        out.digits(Long.MAX_VALUE);
        out.endText();

        ByteBuffer expected = ByteBuffer.allocate(3 + 21);
        expected.put(bytes(0xda, 0, 21)).put(utf8("0x9223372036854775807"));
        assertThat(out.toBytes()).isEqualTo(expected.array());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
