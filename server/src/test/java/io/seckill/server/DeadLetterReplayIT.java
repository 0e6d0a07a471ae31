package io.seckill.server;

import static io.seckill.server.LetterBed.fails;
import static io.seckill.server.TestServer.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.ReplayDeadLettersRequest;
import io.seckill.v1.ReplayDeadLettersResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trying dead letters again. */
class DeadLetterReplayIT {
    private static LetterBed bed;

    @BeforeAll
    static void start() {
        bed = new LetterBed();
    }

    @AfterAll
    static void stop() {
        bed.close();
    }

    @Test
    void letterIsRecordedOnceItsCauseIsMended() {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, 1, 2);
        refuse("test_letter_is_recorded", activity, 1);

        ReplayDeadLettersResponse first = bed.replay(activity, ids);

        assertThat(first.getRecordedIdsList()).containsExactly(ids.get(1));
        DeadLetter failed = first.getFailed(0);
        assertThat(failed.getDeadLetterId()).isNotEqualTo(ids.get(0));
        assertThat(failed.getAttempts()).isEqualTo(2);
        assertThat(failed.getReason()).isEqualTo("DATA_ERROR");
        assertThat(failed.getSqlstate()).isEqualTo("23514");
        assertThat(failed.getDetail()).contains("test_letter_is_recorded");
        assertThat(bed.list(activity)).as("as it stands now").containsExactly(failed);

        allow("test_letter_is_recorded");
        ReplayDeadLettersResponse second = bed.replay(activity, List.of(failed.getDeadLetterId()));

        assertThat(second.getRecordedIdsList()).containsExactly(failed.getDeadLetterId());
        assertThat(second.getFailedList()).isEmpty();
        assertThat(bed.list(activity)).isEmpty();
        assertThat(bed.rows(activity)).isEqualTo(2);
        assertThat(bed.persisted(activity)).isEqualTo(2);
    }

    @Test
    void letterThatIsRecordedAlreadyIsRecorded() {
        long activity = bed.sold();
        String id = bed.setAside(activity, 1).get(0);
        Map<String, String> letter = letter(activity, id);
        bed.replay(activity, List.of(id));
        String again = "0:" + bed.add(LetterBed.letters(activity), letter);

        assertThat(bed.replay(activity, List.of(again)).getRecordedIdsList()).containsExactly(again);
        assertThat(bed.rows(activity)).isEqualTo(1);
        assertThat(bed.persisted(activity)).isEqualTo(1);
    }

    @Test
    void letterThatContradictsWhatIsRecordedComesBackAsAConflict() {
        long activity = bed.sold();
        String id = bed.setAside(activity, 1).get(0);
        Map<String, String> letter = new HashMap<>(letter(activity, id));
        bed.replay(activity, List.of(id));
        letter.put("f:qty", "2");
        String other = "0:" + bed.add(LetterBed.letters(activity), letter);

        assertThat(bed.replay(activity, List.of(other)).getFailedList())
                .singleElement()
                .satisfies(failed -> {
                    assertThat(failed.getReason()).isEqualTo("CONFLICT");
                    assertThat(failed.getSqlstate()).isEmpty();
                    assertThat(failed.getAttempts()).isEqualTo(2);
                });
        assertThat(bed.persisted(activity)).isEqualTo(1);
    }

    @Test
    void whatCannotBeAnEntryComesBackAndSaysWhy() {
        long activity = bed.sold();
        String letters = LetterBed.letters(activity);
        String stream = LetterBed.stream(activity);
        List<String> ids = new ArrayList<>();
        for (Map<String, String> letter : List.of(
                Map.of("x", "y"),
                Map.of("stream", stream, "id", "5-1", "f:uid", "1", "truncated", "7", "attempts", "3"),
                Map.of("stream", "stream:seckill:{99999.0}:1001", "id", "5-1"),
                Map.of("stream", "stream:seckill:1001", "id", "5-1", "f:uid", "1"),
                Map.of("stream", stream, "id", "5-1", "f:uid", "1"))) {
            ids.add("0:" + bed.add(letters, letter));
        }

        List<DeadLetter> failed = bed.replay(activity, ids).getFailedList();

        assertThat(failed).extracting(DeadLetter::getReason).containsOnly("MALFORMED");
        assertThat(failed).extracting(DeadLetter::getAttempts).containsExactly(1, 4, 1, 1, 1);
        assertThat(failed.get(0).getDetail()).startsWith("id: ");
        assertThat(failed.get(1).getDetail()).startsWith("7 of the entry's fields were cut off");
        assertThat(failed.get(2).getDetail()).startsWith("stream: stream:seckill:{99999.0}:1001 (expected: ");
        assertThat(failed.get(3).getDetail()).startsWith("stream: stream:seckill:1001 (expected: ");
        assertThat(failed.get(4).getDetail()).startsWith("lines: missing");
        assertThat(bed.list(activity)).containsExactlyElementsOf(failed);
        assertThat(bed.rows(activity)).isZero();
    }

    @Test
    void nothingIsDoneIfOneOfTheLettersIsNotThere() {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, 1);

        StatusRuntimeException failure = fails(() -> bed.replay(activity, List.of(ids.get(0), "0:1-0")));

        assertThat(reason(failure)).isEqualTo("DEAD_LETTER_NOT_FOUND");
        assertThat(bed.rows(activity)).isZero();
        assertThat(bed.list(activity)).extracting(DeadLetter::getDeadLetterId).containsExactlyElementsOf(ids);
    }

    @Test
    void replayNeedsAtLeastOneLetterAndAtMostAHundred() {
        List<String> many = new ArrayList<>();
        for (int i = 1; i <= 101; i++) {
            many.add("0:" + i + "-0");
        }
        for (List<String> ids : List.of(List.<String>of(), many)) {
            StatusRuntimeException failure = fails(() -> bed.replay(1, ids));
            assertThat(TestServer.violations(failure))
                    .singleElement()
                    .satisfies(violation -> assertThat(violation.getField()).isEqualTo("dead_letter_ids"));
        }
    }

    @Test
    void lettersStayWhilePostgresFailsForAReasonThatMayPass() {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, 1, 2, 3);
        bed.test.database.sql().execute("""
                CREATE FUNCTION test_disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'no space' USING ERRCODE = '53100';
                END $$
                """);
        bed.test
                .database
                .sql()
                .execute("CREATE TRIGGER test_disk_is_full BEFORE INSERT ON seckill_logs FOR EACH ROW"
                        + " WHEN (NEW.activity_id = " + activity + " AND NEW.user_id = 2)"
                        + " EXECUTE FUNCTION test_disk_is_full()");

        StatusRuntimeException failure = fails(() -> bed.replay(activity, ids));

        assertThat(reason(failure)).isEqualTo("DATABASE_UNAVAILABLE");
        assertThat(TestServer.saysWhenToRetry(failure)).isTrue();
        assertThat(failure.getStatus().getDescription()).contains("2 letters stay");
        assertThat(bed.list(activity)).extracting(DeadLetter::getDeadLetterId).containsExactly(ids.get(1), ids.get(2));
        assertThat(bed.list(activity)).extracting(DeadLetter::getAttempts).containsOnly(1);

        bed.test.database.sql().execute("DROP TRIGGER test_disk_is_full ON seckill_logs");
        assertThat(bed.replay(activity, ids.subList(1, 3)).getRecordedIdsCount())
                .isEqualTo(2);
        assertThat(bed.persisted(activity)).isEqualTo(3);
    }

    @Test
    void letterOfAnotherSystemIsRecordedAsOneUnitOutsideTheBooks() {
        String stream = "stream:seckill:3001";
        bed.add(stream, Map.of("uid", "123", "ts", "1234567890"));
        String id = bed.setAside(stream);

        ReplayDeadLettersResponse response = bed.test.operations.replayDeadLetters(ReplayDeadLettersRequest.newBuilder()
                .setStream(stream)
                .addDeadLetterIds(id)
                .build());

        assertThat(response.getRecordedIdsList()).containsExactly(id);
        assertThat(bed.test.number("SELECT user_id FROM seckill_logs WHERE stream = '" + stream + "'"))
                .isEqualTo(123);
    }

    @Test
    void rejectedOrderStaysRejectedAndItsLineIsRecordedAsFailed() {
        long activity = bed.sold();
        String id = bed.setAside(activity, 1).get(0);
        String order = letter(activity, id).get("f:order");
        bed.test
                .database
                .sql()
                .execute(
                        "INSERT INTO orders (order_id, activity_id, user_id, request_id, status, lines, expires_at,"
                                + " created_at) VALUES (?, ?, 1, 'r1', 'REJECTED', 1, now(), now())",
                        UUID.fromString(order),
                        activity);

        assertThat(bed.replay(activity, List.of(id)).getRecordedIdsList()).containsExactly(id);
        assertThat(bed.test.number(
                        "SELECT count(*) FROM seckill_logs WHERE status = 'FAILED' AND activity_id = " + activity))
                .isEqualTo(1);
    }

    private static Map<String, String> letter(long activity, String id) {
        return bed.entry(LetterBed.letters(activity), id.substring("0:".length()));
    }

    private static void refuse(String constraint, long activity, long user) {
        bed.test
                .database
                .sql()
                .execute("ALTER TABLE seckill_logs ADD CONSTRAINT " + constraint + " CHECK (activity_id <> " + activity
                        + " OR user_id <> " + user + ")");
    }

    private static void allow(String constraint) {
        bed.test.database.sql().execute("ALTER TABLE seckill_logs DROP CONSTRAINT " + constraint);
    }
}
