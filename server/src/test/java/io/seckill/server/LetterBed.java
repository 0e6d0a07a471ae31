package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import io.seckill.stock.DeadLetterScript;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.stock.StreamGroup;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.DiscardDeadLettersRequest;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.ReplayDeadLettersRequest;
import io.seckill.v1.ReplayDeadLettersResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.redisson.api.RStream;
import org.redisson.api.stream.StreamAddArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamRangeArgs;
import org.redisson.client.codec.StringCodec;

/** A server with sales whose entries are set aside instead of recorded. */
final class LetterBed implements AutoCloseable {
    private static final long PLENTY = 1_000;

    final TestServer test;
    private final StockRedis stock;
    private final StreamGroup worker;
    private final DeadLetterScript deadLetter;

    LetterBed() {
        this(new TestServer());
    }

    LetterBed(TestServer test) {
        this.test = test;
        this.stock = StockRedis.connect(RedisSettings.of(test.redisUrl), "test");
        this.worker = new StreamGroup(stock, "worker-1");
        this.deadLetter = new DeadLetterScript(stock);
    }

    /** A sale that is open, with plenty of product 1001. */
    long sold() {
        return test.open(sale(PLENTY));
    }

    static String stream(long activity) {
        return "stream:seckill:{" + activity + ".0}:1001";
    }

    static String letters(long activity) {
        return "stream:seckill:{" + activity + ".0}:dlq";
    }

    /** Sells one unit to each user, and sets the entries aside. */
    List<String> setAside(long activity, long... users) {
        List<String> ids = new ArrayList<>();
        for (long user : users) {
            assertThat(test.buyer
                            .seckill(request(activity, user, "r" + user, 1001, 1))
                            .getOutcome())
                    .isEqualTo(Outcome.ACCEPTED);
            ids.add("0:" + setAside(stream(activity)));
        }
        return ids;
    }

    /** Sets the next entry of a stream aside. */
    String setAside(String stream) {
        worker.ensure(stream);
        String entry = worker.read(List.of(stream), 1, Duration.ZERO).get(0).id();
        DeadLetterScript.Outcome outcome = deadLetter
                .move(stream, entry, "DATA_ERROR", "planted", "23514", 1)
                .toCompletableFuture()
                .join();
        return ((DeadLetterScript.Outcome.Moved) outcome).letterId();
    }

    /** Sells one unit, and reads its entry without recording it. */
    void readNext(String stream, long activity, long user) {
        test.buyer.seckill(request(activity, user, "r" + user, 1001, 1));
        assertThat(worker.read(List.of(stream), 1, Duration.ZERO)).hasSize(1);
    }

    RStream<String, String> redisStream(String key) {
        return test.redis.getStream(key, StringCodec.INSTANCE);
    }

    /** Adds an entry as another hand would. */
    String add(String stream, Map<String, String> fields) {
        return redisStream(stream).add(StreamAddArgs.entries(fields)).toString();
    }

    /** Adds an entry with the id that this millisecond gives. */
    void addAt(String stream, long millis) {
        redisStream(stream).add(new StreamMessageId(millis), StreamAddArgs.entry("n", "1"));
    }

    Map<String, String> entry(String stream, String id) {
        return redisStream(stream)
                .range(StreamRangeArgs.startId(StreamMessageId.MIN).endId(StreamMessageId.MAX))
                .entrySet()
                .stream()
                .filter(entry -> entry.getKey().toString().equals(id))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    List<DeadLetter> list(long activity) {
        return list(ListDeadLettersRequest.newBuilder().setActivityId(activity).setPageSize(100))
                .getDeadLettersList();
    }

    ListDeadLettersResponse list(ListDeadLettersRequest.Builder request) {
        return test.operations.listDeadLetters(request.build());
    }

    ReplayDeadLettersResponse replay(long activity, List<String> ids) {
        return test.operations.replayDeadLetters(ReplayDeadLettersRequest.newBuilder()
                .setActivityId(activity)
                .addAllDeadLetterIds(ids)
                .build());
    }

    List<String> discard(long activity, List<String> ids) {
        return test.operations
                .discardDeadLetters(DiscardDeadLettersRequest.newBuilder()
                        .setActivityId(activity)
                        .addAllDeadLetterIds(ids)
                        .build())
                .getDiscardedIdsList();
    }

    long rows(long activity) {
        return test.number("SELECT count(*) FROM seckill_logs WHERE activity_id = " + activity);
    }

    long persisted(long activity) {
        return test.number("SELECT sum(persisted) FROM allocations WHERE activity_id = " + activity);
    }

    static StatusRuntimeException fails(Callable<?> call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::call);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Override
    public void close() {
        stock.close();
        test.close();
    }
}
