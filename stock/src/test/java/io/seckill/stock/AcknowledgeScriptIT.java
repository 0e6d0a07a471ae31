package io.seckill.stock;

import static io.seckill.stock.Ledger.SHARD;
import static io.seckill.stock.Ledger.await;
import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of {@code acknowledge.lua}. */
class AcknowledgeScriptIT {
    private final Ledger ledger = new Ledger();
    private final AcknowledgeScript acknowledge = new AcknowledgeScript(ledger.redis);
    private final StreamGroup group = new StreamGroup(ledger.redis, "worker-1");

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void recordedEntriesLeaveTheirStreamsAndThePendingList() {
        ledger.open(1, Map.of(1001L, 10L, 1002L, 10L));
        ledger.decide(order(1, "", 1001, 1, 1002, 1), order(2, "", 1001, 1), order(3, "", 1002, 1));
        List<StreamEntry> read = group.read(List.of(stream(1001), stream(1002)), 10, Duration.ZERO);
        assertThat(read).hasSize(4);

        Map<String, List<String>> ids = new LinkedHashMap<>();
        ids.put(stream(1001), ids(read, 1001));
        ids.put(stream(1002), ids(read, 1002).subList(0, 1));

        assertThat(await(acknowledge.acknowledge(ids))).isEqualTo(3);
        assertThat(await(acknowledge.acknowledge(ids))).as("the second time").isZero();
        assertThat(ledger.entries(1001)).isEmpty();
        assertThat(ledger.entries(1002)).hasSize(1);
        assertThat(ledger.stream(1001).getPendingInfo(StockKeys.GROUP).getTotal())
                .isZero();
        assertThat(ledger.stream(1002).getPendingInfo(StockKeys.GROUP).getTotal())
                .isEqualTo(1);
    }

    @Test
    void streamThatIsGoneIsNoFault() {
        assertThat(await(acknowledge.acknowledge(Map.of(stream(1001), List.of("1-0")))))
                .isZero();
    }

    private static String stream(long product) {
        return StockKeys.stream(SHARD, product);
    }

    private static List<String> ids(List<StreamEntry> entries, long product) {
        return entries.stream()
                .filter(entry -> entry.stream().equals(stream(product)))
                .map(StreamEntry::id)
                .toList();
    }
}
