package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StreamCallsTest {
    private static final List<String> STREAMS = List.of(
            "stream:seckill:{1.0}:1",
            "stream:seckill:{2.0}:1",
            "stream:seckill:7",
            "stream:seckill:{1.0}:2",
            "stream:seckill:{1.1}:1");

    @Test
    void streamsOfOneSlotShareACall() {
        StreamCalls calls = StreamCalls.bySlot(STREAMS);

        assertThat(calls.next(10, 100))
                .containsExactly(
                        List.of("stream:seckill:{1.0}:1", "stream:seckill:{1.0}:2"),
                        List.of("stream:seckill:{2.0}:1"),
                        List.of("stream:seckill:7"),
                        List.of("stream:seckill:{1.1}:1"),
                        // What has had its turn comes again only when the others had theirs.
                        List.of("stream:seckill:{1.0}:1", "stream:seckill:{1.0}:2"),
                        List.of("stream:seckill:{2.0}:1"),
                        List.of("stream:seckill:7"),
                        List.of("stream:seckill:{1.1}:1"),
                        List.of("stream:seckill:{1.0}:1", "stream:seckill:{1.0}:2"),
                        List.of("stream:seckill:{2.0}:1"));
    }

    @Test
    void anyStreamsShareACallOnASingleMaster() {
        assertThat(StreamCalls.anyTogether(STREAMS).next(1, 1)).containsExactly(STREAMS);
    }

    @Test
    void noCallHasTooManyStreams() {
        List<String> many = IntStream.rangeClosed(1, 2 * StreamReader.MAX_STREAMS_PER_CALL + 1)
                .mapToObj(product -> "stream:seckill:{1.0}:" + product)
                .toList();
        for (StreamCalls calls : List.of(StreamCalls.bySlot(many), StreamCalls.anyTogether(many))) {
            assertThat(calls.size()).isEqualTo(3);
            List<String> all = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                List<List<String>> next = calls.next(10, StreamReader.MAX_STREAMS_PER_CALL);
                assertThat(next.stream().mapToInt(List::size).sum()).isBetween(1, StreamReader.MAX_STREAMS_PER_CALL);
                next.forEach(all::addAll);
            }
            assertThat(all).containsAll(many);
        }
    }

    @Test
    void callsThatAreNotGoodArePassedOver() {
        StreamCalls calls = StreamCalls.bySlot(STREAMS);

        assertThat(calls.nextWhere(call -> call.contains("stream:seckill:7"))).containsExactly("stream:seckill:7");
        assertThat(calls.nextWhere(call -> true)).containsExactly("stream:seckill:{1.1}:1");
        assertThat(calls.nextWhere(call -> false)).isNotEmpty();
    }
}
