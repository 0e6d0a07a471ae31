package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryCodecTest {
    private static final String STREAM = "stream:seckill:{7.0}:1001";
    private static final Map<String, String> GOOD = Map.of(
            "order", "0190a0b0-0000-7000-8000-000000000001",
            "uid", "42",
            "rid", "",
            "qty", "2",
            "line", "1",
            "lines", "3",
            "alloc", "5",
            "epoch", "1",
            "cum", "9",
            "ts", "1767225600000");

    @Test
    void entryOfTheReserveScriptIsAnOrderLine() {
        DecodedEntry entry = EntryCodec.decode(new StreamEntry(STREAM, "1767225600000-0", GOOD));

        assertThat(entry).isInstanceOfSatisfying(DecodedEntry.OrderLine.class, line -> {
            assertThat(line.activityId()).isEqualTo(7);
            assertThat(line.productId()).isEqualTo(1001);
            assertThat(line.decidedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        });
    }

    @Test
    void lineOfTheProductWithTheLargestIdIsRead() {
        StreamEntry entry =
                new StreamEntry(StockKeys.stream(new ShardId(7, 0), Long.MAX_VALUE), "1767225600000-0", GOOD);

        assertThat(EntryCodec.decode(entry))
                .isInstanceOfSatisfying(
                        DecodedEntry.OrderLine.class,
                        line -> assertThat(line.productId()).isEqualTo(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "absent", textBlock = """
            order, absent
            order, 42
            uid, absent
            uid, x
            uid, 0
            uid, -1
            uid, 9223372036854775808
            rid, absent
            qty, 0
            qty, 1.5
            qty, 1000001
            line, 4
            line, 0
            lines, 21
            lines, ''
            alloc, 0
            epoch, 0
            cum, 0
            ts, tomorrow
            ts, 9223372036854775807
            """)
    void faultyFieldIsNamed(String field, String value) {
        Map<String, String> fields = new HashMap<>(GOOD);
        if (value == null) {
            fields.remove(field);
        } else {
            fields.put(field, value);
        }

        assertThat(EntryCodec.decode(new StreamEntry(STREAM, "1-0", fields)))
                .isInstanceOfSatisfying(
                        DecodedEntry.Malformed.class,
                        malformed -> assertThat(malformed.fault())
                                .startsWith(field + ": ")
                                .contains(value == null ? "missing" : value));
    }

    @Test
    void entryOfAnotherSystemIsOneUnitAtTheTimeOfItsId() {
        DecodedEntry entry = EntryCodec.decode(
                new StreamEntry("stream:seckill:1001", "1767225600000-5", Map.of("uid", "123", "ts", "1234567890")));

        assertThat(entry).isInstanceOfSatisfying(DecodedEntry.ForeignSale.class, sale -> {
            assertThat(sale.productId()).isEqualTo(1001);
            assertThat(sale.userId()).isEqualTo(123);
            assertThat(sale.decidedAt()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        });
    }

    @Test
    void entryOfAnotherSystemMayHaveAnyIdThatRedisTakes() {
        Map<String, String> fields = Map.of("uid", "123");

        assertThat(EntryCodec.decode(new StreamEntry("stream:seckill:1001", "18446744073709551615-0", fields)))
                .isInstanceOf(DecodedEntry.ForeignSale.class);
        assertThat(EntryCodec.decode(new StreamEntry("stream:seckill:1001", "", fields)))
                .isInstanceOfSatisfying(
                        DecodedEntry.Malformed.class,
                        malformed -> assertThat(malformed.fault()).startsWith("id: "));
    }

    @Test
    void entryOfAnotherSystemInAShardStreamIsMalformed() {
        assertThat(EntryCodec.decode(new StreamEntry(STREAM, "1-0", Map.of("uid", "123", "ts", "1234567890"))))
                .isInstanceOf(DecodedEntry.Malformed.class);
    }
}
