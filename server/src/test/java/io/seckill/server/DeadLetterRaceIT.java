package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.ReplayDeadLettersResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two operators who replay the same letters at the same time. */
class DeadLetterRaceIT {
    private static final int OPERATORS = 2;
    private static final int ROUNDS = 15;

    private static LetterBed bed;
    private static ExecutorService operators;

    /** One of those who did it; {@code tooLate} if the letter was gone when the server looked for it. */
    private record Answer(List<String> recorded, int failed, boolean tooLate) {}

    @BeforeAll
    static void start() {
        bed = new LetterBed();
        operators = Executors.newFixedThreadPool(OPERATORS);
        // Long enough for the second operator's call to find the letter while the first is at work on it.
        bed.test.database.sql().execute("""
                CREATE FUNCTION test_takes_its_time() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_sleep(0.1);
                    RETURN NEW;
                END $$
                """);
        bed.test
                .database
                .sql()
                .execute("CREATE TRIGGER test_takes_its_time BEFORE INSERT ON orders FOR EACH ROW"
                        + " EXECUTE FUNCTION test_takes_its_time()");
    }

    @AfterAll
    static void stop() {
        operators.shutdownNow();
        bed.close();
    }

    @Test
    void goodLettersAreRecordedOnceAndAreGone() throws Exception {
        long activity = bed.sold();
        List<Answer> answers = new ArrayList<>();
        for (String id : bed.setAside(activity, users())) {
            List<Answer> both = together(activity, id);
            assertThat(both).anyMatch(answer -> answer.recorded().contains(id));
            answers.addAll(both);
        }

        assertThat(answers).allMatch(answer -> answer.failed() == 0);
        assertThat(answers)
                .as("letters that both operators found recorded")
                .filteredOn(answer -> !answer.recorded().isEmpty())
                .hasSizeGreaterThan(ROUNDS);
        assertThat(bed.list(activity)).isEmpty();
        assertThat(bed.rows(activity)).isEqualTo(ROUNDS);
        assertThat(bed.persisted(activity)).isEqualTo(ROUNDS);
    }

    @Test
    void badLettersComeBackOnceEach() throws Exception {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, users());
        bed.test
                .database
                .sql()
                .execute("ALTER TABLE seckill_logs ADD CONSTRAINT test_refuses_all CHECK (activity_id <> " + activity
                        + ")");
        List<Answer> answers = new ArrayList<>();
        for (String id : ids) {
            answers.addAll(together(activity, id));
        }

        assertThat(answers.stream().mapToInt(Answer::failed).sum()).isEqualTo(ROUNDS);
        assertThat(answers)
                .as("failures of which somebody else had spoken")
                .anyMatch(answer -> answer.failed() == 0 && !answer.tooLate());
        assertThat(bed.list(activity)).hasSize(ROUNDS);
        assertThat(bed.list(activity)).extracting(DeadLetter::getAttempts).containsOnly(2);
        assertThat(bed.rows(activity)).isZero();
    }

    private static long[] users() {
        return LongStream.rangeClosed(1, ROUNDS).toArray();
    }

    private static List<Answer> together(long activity, String id) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(OPERATORS);
        List<Future<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < OPERATORS; i++) {
            calls.add(operators.submit(() -> {
                barrier.await(10, TimeUnit.SECONDS);
                try {
                    ReplayDeadLettersResponse response = bed.replay(activity, List.of(id));
                    return new Answer(response.getRecordedIdsList(), response.getFailedCount(), false);
                } catch (StatusRuntimeException e) {
                    assertThat(TestServer.reason(e)).isEqualTo("DEAD_LETTER_NOT_FOUND");
                    return new Answer(List.of(), 0, true);
                }
            }));
        }
        List<Answer> answers = new ArrayList<>();
        for (Future<Answer> call : calls) {
            answers.add(call.get(20, TimeUnit.SECONDS));
        }
        return answers;
    }
}
