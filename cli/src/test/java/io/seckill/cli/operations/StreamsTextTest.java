package io.seckill.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.seckill.v1.ConsumerDescription;
import io.seckill.v1.StreamDescription;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamsTextTest {
    @Test
    void streamsStandAboveTheirConsumers() {
        List<String> lines = StreamsText.lines(List.of(
                StreamDescription.newBuilder()
                        .setStream("stream:seckill:{1.0}:1001")
                        .setGroup("g1")
                        .setLength(12)
                        .setLag(9)
                        .setPending(3)
                        .setOldestPendingAge(seconds(61))
                        .addConsumers(ConsumerDescription.newBuilder()
                                .setName("worker-1")
                                .setPending(3)
                                .setIdle(seconds(2)))
                        .build(),
                StreamDescription.newBuilder()
                        .setStream("stream:seckill:{1.0}:1002")
                        .build(),
                StreamDescription.newBuilder()
                        .setStream("stream:seckill:{1.0}:dlq")
                        .setLength(4)
                        .setLag(4)
                        .build()));

        assertThat(lines)
                .containsExactly(
                        "stream                     group  length  lag  pending  oldest  idle",
                        "stream:seckill:{1.0}:1001  g1         12    9        3  1m 1s",
                        "  worker-1                                           3          2s",
                        "stream:seckill:{1.0}:1002  none        0    0        0  -",
                        "stream:seckill:{1.0}:dlq   -           4    -        -");
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }
}
