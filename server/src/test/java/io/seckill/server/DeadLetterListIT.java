package io.seckill.server;

import static io.seckill.server.LetterBed.fails;
import static io.seckill.server.TestServer.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.ResourceInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Looking at dead letters. */
class DeadLetterListIT {
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
    void letterSaysWhatItIsAndWhereItCameFrom() {
        long activity = bed.sold();
        String id = bed.setAside(activity, 42).get(0);

        DeadLetter letter = bed.list(activity).get(0);

        assertThat(letter.getDeadLetterId()).isEqualTo(id);
        assertThat(letter.getStream()).isEqualTo(LetterBed.stream(activity));
        assertThat(letter.getStreamId()).matches("\\d+-\\d+");
        assertThat(letter.getReason()).isEqualTo("DATA_ERROR");
        assertThat(letter.getDetail()).isEqualTo("planted");
        assertThat(letter.getSqlstate()).isEqualTo("23514");
        assertThat(letter.getAttempts()).isEqualTo(1);
        assertThat(letter.getFieldsMap()).containsEntry("uid", "42").containsEntry("rid", "r42");
        assertThat(letter.getCreateTime().getSeconds())
                .isBetween(
                        Instant.now().minusSeconds(60).getEpochSecond(),
                        Instant.now().plusSeconds(60).getEpochSecond());
    }

    @Test
    void pagesShowEachLetterOfAllShardsOnceOldestFirst() {
        long activity = bed.sold();
        bed.test.database.sql().execute("UPDATE activities SET shards = 3 WHERE id = " + activity);
        List<String> expected = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            for (int shard = 0; shard < 3; shard++) {
                bed.addAt("stream:seckill:{" + activity + "." + shard + "}:dlq", i);
                expected.add(shard + ":" + i + "-0");
            }
        }

        List<String> seen = new ArrayList<>();
        String token = "";
        do {
            ListDeadLettersResponse page =
                    bed.list(request(activity).setPageSize(2).setPageToken(token));
            page.getDeadLettersList().forEach(letter -> seen.add(letter.getDeadLetterId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(seen).containsExactlyElementsOf(expected);
    }

    @Test
    void tokenThatWasChangedOrBelongsToAnotherListIsRefused() {
        long activity = bed.sold();
        List<String> ids = bed.setAside(activity, 1, 2);
        String token = bed.list(request(activity).setPageSize(1)).getNextPageToken();
        String changed = token.substring(0, token.length() - 1) + (token.endsWith("A") ? "Q" : "A");

        for (ListDeadLettersRequest.Builder request : List.of(
                request(activity).setPageToken(changed),
                request(bed.sold()).setPageToken(token),
                request(0).setStream("stream:seckill:1001").setPageToken(token),
                request(activity).setPageToken(token).addAllDeadLetterIds(ids))) {
            StatusRuntimeException failure = fails(() -> bed.list(request));
            assertThat(reason(failure)).isEqualTo("INVALID_REQUEST");
            assertThat(TestServer.violations(failure))
                    .extracting(BadRequest.FieldViolation::getField)
                    .containsExactly("page_token");
        }
        assertThat(bed.list(request(activity).setPageToken(token)).getDeadLettersList())
                .extracting(DeadLetter::getDeadLetterId)
                .containsExactly(ids.get(1));
    }

    @Test
    void everythingWrongWithARequestIsNamedAtOnce() {
        StatusRuntimeException failure = fails(() -> bed.list(request(7)
                .setStream("stream:seckill:{7.0}:1001")
                .setPageSize(101)
                .setPageToken("x")
                .addAllDeadLetterIds(List.of("first", "1-0", "1-0"))));

        assertThat(TestServer.violations(failure))
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("stream", "page_size", "dead_letter_ids[0]", "dead_letter_ids[2]", "page_token");
        assertThat(reason(fails(() -> bed.list(request(1).setPageSize(-1))))).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void exactlyOneOfActivityAndStreamIsNamedAndTheStreamIsNoShards() {
        for (ListDeadLettersRequest.Builder request : List.of(
                request(0),
                request(-1),
                request(0).setStream("stream:seckill:{7.0}:1001"),
                request(0).setStream("orders"))) {
            assertThat(TestServer.violations(fails(() -> bed.list(request)))).hasSize(1);
        }
    }

    @Test
    void activityAndLettersThatAreNotThereAreToldApart() {
        long activity = bed.sold();
        List<String> ids = new ArrayList<>(bed.setAside(activity, 1, 2));
        assertThat(reason(fails(() -> bed.list(request(999_999))))).isEqualTo("ACTIVITY_NOT_FOUND");

        assertThat(bed.list(request(activity).addAllDeadLetterIds(ids)).getDeadLettersList())
                .extracting(DeadLetter::getDeadLetterId)
                .containsExactlyElementsOf(ids);

        ids.add("0:1-0");
        ids.add("9:1-0"); // a shard that the activity does not have
        StatusRuntimeException missing = fails(() -> bed.list(request(activity).addAllDeadLetterIds(ids)));
        assertThat(missing.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(reason(missing)).isEqualTo("DEAD_LETTER_NOT_FOUND");
        assertThat(missing.getStatus().getDescription())
                .contains("0:1-0, 9:1-0")
                .doesNotContain(ids.get(0));
        assertThat(TestServer.detail(missing, ResourceInfo.class).getResourceType())
                .isEqualTo("dead letter");
    }

    @Test
    void lettersOfAStreamOfAnotherSystemAreListedByItsName() {
        String stream = "stream:seckill:2001";
        bed.add(stream, Map.of("uid", "nobody"));
        String id = bed.setAside(stream);

        assertThat(bed.list(request(0).setStream(stream)).getDeadLettersList())
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.getDeadLetterId()).isEqualTo(id);
                    assertThat(letter.getFieldsMap()).isEqualTo(Map.of("uid", "nobody"));
                });
    }

    @Test
    void letterOfAnotherHandIsShownWithinBounds() {
        long activity = bed.sold();
        bed.add(LetterBed.letters(activity), Map.of("truncated", "3"));
        Map<String, String> huge = Map.of("f:a", "x".repeat(1_000_000), "f:b", "x".repeat(1_000_000));
        bed.add(LetterBed.letters(activity), huge);

        List<DeadLetter> letters = bed.list(activity);

        assertThat(letters.get(0).getDetail()).isEqualTo(" (3 more fields were cut off when it was set aside)");
        assertThat(letters.get(1).getSerializedSize()).isLessThan(11_000);
        assertThat(letters.get(1).getFieldsMap().values())
                .singleElement()
                .asString()
                .endsWith("… (990001 characters more)");
        assertThat(letters.get(1).getDetail()).contains("1 more fields are too long to be shown");
    }

    private static ListDeadLettersRequest.Builder request(long activity) {
        return ListDeadLettersRequest.newBuilder().setActivityId(activity);
    }
}
