package io.seckill.server;

import static io.seckill.server.LetterBed.fails;
import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.StreamDescription;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of streams, groups and consumers. */
class DescribeStreamsIT {
    private static LetterBed bed;

    @TempDir
    private Path dir;

    @BeforeAll
    static void start() {
        bed = new LetterBed();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void streamsAreToldByKeyAndDeadLettersAmongThem() {
        long activity = bed.test.open(sale(100, 100));
        bed.setAside(activity, 1);
        bed.readNext(LetterBed.stream(activity), activity, 2);
        bed.test.buyer.seckill(request(activity, 3, "r3", 1001, 1));

        List<StreamDescription> streams = describe(bed.test, activity);

        assertThat(streams)
                .extracting(StreamDescription::getStream)
                .containsExactly(
                        LetterBed.stream(activity),
                        "stream:seckill:{" + activity + ".0}:1002",
                        LetterBed.letters(activity));
        assertThat(streams).extracting(StreamDescription::getGroup).containsExactly("g1", "g1", "");
        assertThat(streams).extracting(StreamDescription::getLength).containsExactly(2L, 0L, 1L);
        assertThat(streams).extracting(StreamDescription::getPending).containsExactly(1L, 0L, 0L);
        assertThat(streams.get(0).getLag()).isEqualTo(1);
        assertThat(streams.get(0).hasOldestPendingAge()).isTrue();
        assertThat(streams.get(1).hasOldestPendingAge()).isFalse();
        assertThat(streams).extracting(StreamDescription::hasOldestUnreadAge).containsExactly(true, false, true);
        bed.readNext(LetterBed.stream(activity), activity, 3);
        assertThat(describe(bed.test, activity).get(0).hasOldestUnreadAge()).isFalse();
        assertThat(streams.get(0).getConsumersList()).singleElement().satisfies(consumer -> {
            assertThat(consumer.getName()).isEqualTo("worker-1");
            assertThat(consumer.getPending()).isEqualTo(1);
            assertThat(consumer.hasIdle()).isTrue();
        });
    }

    @Test
    void activityThatWasNeverPreheatedHasEmptyStreamsWithoutAGroup() {
        assertThat(describe(bed.test, bed.test.create(sale(1))))
                .hasSize(2)
                .allMatch(stream -> stream.getGroup().isEmpty() && stream.getLength() == 0);
    }

    @Test
    void moreStreamsThanOneScriptCallTakesAreAllTold() {
        assertThat(describe(bed.test, bed.test.create(sale(new long[250]))))
                .hasSize(251)
                .isSortedAccordingTo(Comparator.comparing(StreamDescription::getStream));
    }

    @Test
    void unknownActivityIsSaidSo() {
        assertThat(reason(fails(() -> describe(bed.test, 999_999)))).isEqualTo("ACTIVITY_NOT_FOUND");
        assertThat(reason(fails(() -> describe(bed.test, 0)))).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void redisThatIsAwayIsSaidSo() {
        RedisProcess redis = RedisProcess.start(dir, FreePorts.next(), Map.of());
        try (TestServer test = new TestServer(redis.url(), SharedServers.freshJdbcUrl(), BatchSettings.defaults())) {
            long activity = test.create(sale(1));
            redis.close();

            StatusRuntimeException failure = fails(() -> describe(test, activity));

            assertThat(reason(failure)).isEqualTo("STOCK_UNAVAILABLE");
            assertThat(TestServer.saysWhenToRetry(failure)).isTrue();
        } finally {
            redis.close();
        }
    }

    private static List<StreamDescription> describe(TestServer test, long activity) {
        return test.operations
                .describeStreams(DescribeStreamsRequest.newBuilder()
                        .setActivityId(activity)
                        .build())
                .getStreamsList();
    }
}
