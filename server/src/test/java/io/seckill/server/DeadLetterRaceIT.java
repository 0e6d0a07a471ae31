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

    @BeforeAll
    static void start() {
        bed = new LetterBed();
        operators = Executors.newFixedThreadPool(OPERATORS);
    }

    @AfterAll
    static void stop() {
        operators.shutdownNow();
        bed.close();
    }

    @Test
    void goodLettersAreRecordedOnceAndAreGone() throws Exception {
        long activity = bed.sold();
        long[] users = LongStream.rangeClosed(1, ROUNDS).toArray();
        for (String id : bed.setAside(activity, users)) {
            assertThat(together(activity, id))
                    .allMatch(answer -> answer.getFailedCount() == 0)
                    .anyMatch(answer -> answer.getRecordedIdsList().contains(id));
        }

        assertThat(bed.list(activity)).isEmpty();
        assertThat(bed.rows(activity)).isEqualTo(ROUNDS);
        assertThat(bed.persisted(activity)).isEqualTo(ROUNDS);
    }

    @Test
    void badLettersComeBackOnceEach() throws Exception {
        long activity = bed.sold();
        long[] users = LongStream.rangeClosed(1, ROUNDS).toArray();
        List<String> ids = bed.setAside(activity, users);
        bed.test
                .database
                .sql()
                .execute("ALTER TABLE seckill_logs ADD CONSTRAINT test_refuses_all CHECK (activity_id <> " + activity
                        + ")");
        int failed = 0;
        for (String id : ids) {
            failed += together(activity, id).stream()
                    .mapToInt(ReplayDeadLettersResponse::getFailedCount)
                    .sum();
        }

        assertThat(failed).isEqualTo(ROUNDS);
        assertThat(bed.list(activity)).hasSize(ROUNDS);
        assertThat(bed.list(activity)).extracting(DeadLetter::getAttempts).containsOnly(2);
        assertThat(bed.rows(activity)).isZero();
    }

    /** The answers of all; empty of those who were told that the letter is not there any more. */
    private static List<ReplayDeadLettersResponse> together(long activity, String id) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(OPERATORS);
        List<Future<ReplayDeadLettersResponse>> calls = new ArrayList<>();
        for (int i = 0; i < OPERATORS; i++) {
            calls.add(operators.submit(() -> {
                barrier.await(10, TimeUnit.SECONDS);
                try {
                    return bed.replay(activity, List.of(id));
                } catch (StatusRuntimeException e) {
                    assertThat(TestServer.reason(e)).isEqualTo("DEAD_LETTER_NOT_FOUND");
                    return ReplayDeadLettersResponse.getDefaultInstance();
                }
            }));
        }
        List<ReplayDeadLettersResponse> answers = new ArrayList<>();
        for (Future<ReplayDeadLettersResponse> call : calls) {
            answers.add(call.get(20, TimeUnit.SECONDS));
        }
        return answers;
    }
}
