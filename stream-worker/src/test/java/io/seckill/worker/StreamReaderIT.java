package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.StreamEntry;
import io.seckill.stock.StreamGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much one read takes. */
class StreamReaderIT {
    private static final int BATCH = 16;
    private static final Map<String, String> FIELDS = Map.of("uid", "1");

    private final Bed bed = Bed.shared();
    private final StreamGroup group = new StreamGroup(bed.stock, "reader");
    private final Interval minute = new Interval(Duration.ofMinutes(1), System::nanoTime);
    private final StreamReader reader = new StreamReader(group, new AwaySlots(group, minute), BATCH, minute);

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void readIsAboutOneBatchHoweverManyStreamsAreBusy() {
        List<String> streams = LongStream.rangeClosed(1, 4)
                .mapToObj(product -> "stream:seckill:" + product)
                .toList();
        streams.forEach(stream -> add(stream, 10 * BATCH));
        reader.use(streams);

        List<Integer> sizes = readAll();

        assertThat(sizes.subList(2, sizes.size())).allMatch(size -> size <= BATCH);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(40 * BATCH);
    }

    @Test
    void oneBusyStreamAmongIdleOnesGetsTheWholeBatchAgain() {
        List<String> streams = List.of("stream:seckill:1", "stream:seckill:2", "stream:seckill:3", "stream:seckill:4");
        streams.forEach(stream -> add(stream, 4 * BATCH));
        reader.use(streams);
        readAll();
        add(streams.get(0), 10 * BATCH);

        List<Integer> sizes = readAll();

        assertThat(sizes).contains(BATCH);
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(10 * BATCH);
    }

    @Test
    void idleStreamsOfOtherCallsDoNotEndTheBatchOfABusyOne() {
        int batch = 4 * StreamReader.ENTRIES_PER_CALL;
        StreamReader large = new StreamReader(group, new AwaySlots(group, minute), batch, minute);
        List<String> streams = LongStream.rangeClosed(1, 3L * StreamReader.MAX_STREAMS_PER_CALL)
                .mapToObj(product -> "stream:seckill:" + product)
                .toList();
        large.use(streams);
        int entries = 2 * StreamReader.ENTRIES_PER_CALL + 1;
        add(streams.get(0), entries);

        assertThat(large.read(Duration.ZERO)).hasSize(entries);
    }

    private void add(String stream, int entries) {
        for (int i = 0; i < entries; i++) {
            bed.add(stream, FIELDS);
        }
    }

    private List<Integer> readAll() {
        List<Integer> sizes = new ArrayList<>();
        List<StreamEntry> read = reader.read(Duration.ZERO);
        while (!read.isEmpty()) {
            sizes.add(read.size());
            read = reader.read(Duration.ZERO);
        }
        return sizes;
    }
}
