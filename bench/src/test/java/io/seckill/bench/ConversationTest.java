package io.seckill.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.Basket.Line;
import io.seckill.bench.Buyer.Habit;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private static final long SENT = 1_000;
    private static final long ANSWERED = 2_000;
    private static final Basket BASKET = new Basket(List.of(new Line(1001, 1), new Line(1002, 1)));
    private static final String ORDER = "01980000-0000-7000-8000-000000000001";
    private static final String OTHER = "01980000-0000-7000-8000-000000000002";
    private static final Answer UNRESOLVED = new Answer.Unresolved("UNAVAILABLE");

    private final LoadTally tally = new LoadTally();

    @Test
    void anAcceptedOrderIsKept() {
        of(Habit.ONCE).first(accepted("9-1", ORDER, false));

        assertThat(tally.accepted().size()).isEqualTo(1);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void aReplayOfTheSameOrderIsKeptOnce() {
        Conversation talk = of(Habit.SAME_REQUEST);
        talk.first(accepted("9-1", ORDER, false));
        talk.second(accepted("9-1", ORDER, true));

        assertThat(tally.accepted().size()).isEqualTo(1);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void twoOrdersForOneRequestIdAreReported() {
        Conversation talk = of(Habit.SAME_REQUEST);
        talk.first(accepted("9-1", ORDER, false));
        talk.second(accepted("9-1", OTHER, true));

        assertThat(contradictions()).singleElement().asString().contains("user 9", "one request id", ORDER, OTHER);
        assertThat(tally.accepted().size()).isEqualTo(2);
    }

    @Test
    void aRetryThatIsNotMarkedAsReplayIsReported() {
        Conversation talk = of(Habit.SAME_REQUEST);
        talk.first(accepted("9-1", ORDER, false));
        talk.second(accepted("9-1", ORDER, false));

        assertThat(contradictions()).singleElement().asString().contains("given again otherwise");
    }

    @Test
    void aRetryThatIsRefusedAfterTheAcceptanceIsReported() {
        Conversation talk = of(Habit.SAME_REQUEST);
        talk.first(accepted("9-1", ORDER, false));
        talk.second(refusal("9-1", Outcome.SOLD_OUT, ""));

        assertThat(contradictions()).singleElement().asString().contains("its retry was answered SOLD_OUT");
    }

    @Test
    void aSecondOrderOverTheLimitIsReported() {
        Conversation talk = of(Habit.NEW_REQUEST);
        talk.first(accepted("9-1", ORDER, false));
        talk.second(accepted("9-2", OTHER, false));

        assertThat(contradictions()).singleElement().asString().contains("over the limit");
        assertThat(tally.accepted().size()).isEqualTo(2);
    }

    @Test
    void theLimitMustNameTheOrderHeld() {
        Conversation honest = of(Habit.NEW_REQUEST);
        honest.first(accepted("9-1", ORDER, false));
        honest.second(refusal("9-2", Outcome.LIMIT_REACHED, ORDER));
        assertThat(contradictions()).isEmpty();

        of(Habit.ONCE).first(refusal("9-1", Outcome.LIMIT_REACHED, OTHER));
        assertThat(contradictions()).singleElement().asString().contains("limit reached by order '" + OTHER + "'");
    }

    @Test
    void aLimitReachedByNothingIsReported() {
        of(Habit.ONCE).first(refusal("9-1", Outcome.LIMIT_REACHED, ""));

        assertThat(contradictions()).singleElement().asString().contains("limit reached by nothing");
    }

    @Test
    void twoAtOnceMayComeInAnyOrderButOnlyOneIsTheFirst() {
        of(Habit.SAME_REQUEST_AT_ONCE).both(accepted("9-1", ORDER, true), accepted("9-1", ORDER, false));
        assertThat(contradictions()).isEmpty();

        LoadTally second = new LoadTally();
        new Conversation(buyer(Habit.SAME_REQUEST_AT_ONCE), second)
                .both(accepted("9-1", ORDER, false), accepted("9-1", ORDER, false));
        assertThat(second.contradictions().count()).isEqualTo(1);
    }

    @Test
    void ofTwoAtOnceOneMayBeRefusedBeforeTheOtherIsAccepted() {
        of(Habit.SAME_REQUEST_AT_ONCE).both(accepted("9-1", ORDER, false), refusal("9-1", Outcome.TRY_AGAIN, ""));
        of(Habit.SAME_REQUEST_AT_ONCE).both(refusal("9-1", Outcome.TRY_AGAIN, ""), accepted("9-1", OTHER, false));
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void ofTwoAtOnceNoneIsRefusedOnceTheOtherIsAccepted() {
        SeckillResponse refused = SeckillResponse.newBuilder()
                .setRequestId("9-1")
                .setOutcome(Outcome.TRY_AGAIN)
                .build();
        Answer later = new Answer.Decided(refused, false, ANSWERED + 1, ANSWERED + 2);
        of(Habit.SAME_REQUEST_AT_ONCE).both(later, accepted("9-1", ORDER, false));
        assertThat(contradictions()).isEmpty();
        assertThat(tally.putOff().first())
                .as("true if PostgreSQL answered, which the audit decides")
                .singleElement()
                .asString()
                .contains("its retry was answered TRY_AGAIN");

        of(Habit.SAME_REQUEST_AT_ONCE)
                .both(accepted("9-1", OTHER, false), refusal("9-1", Outcome.LIMIT_REACHED, OTHER));
        assertThat(contradictions()).singleElement().asString().contains("its retry was answered LIMIT_REACHED");
    }

    @Test
    void aReplayIsRightfulAfterALostAnswer() {
        of(Habit.ONCE).first(new Answer.Decided(response("9-1", ORDER, true), true, SENT, ANSWERED));
        assertThat(contradictions()).isEmpty();

        of(Habit.ONCE).first(accepted("9-1", OTHER, true));
        assertThat(contradictions()).singleElement().asString().contains("replay of an answer that nobody gave");
    }

    @Test
    void whoNeverLearnsTheOutcomeIsNamed() {
        of(Habit.ONCE).first(UNRESOLVED);

        assertThat(tally.report(1).told().unresolvedUsers()).containsExactly(9L);
        assertThat(contradictions()).isEmpty();
    }

    @Test
    void aMalformedBasketMustBeRefused() {
        of(Habit.MALFORMED).first(new Answer.Refused("INVALID_ARGUMENT", "quantity"));
        assertThat(contradictions()).isEmpty();

        of(Habit.MALFORMED).first(new Answer.Refused("INTERNAL", ""));
        of(Habit.MALFORMED).first(refusal("9-1", Outcome.SOLD_OUT, ""));
        of(Habit.MALFORMED).first(accepted("9-1", ORDER, false));
        assertThat(contradictions()).hasSize(3).allMatch(line -> line.contains("expected: INVALID_ARGUMENT"));
        assertThat(tally.accepted().size()).isEqualTo(1);
    }

    @Test
    void aValidBasketMustNotBeRefused() {
        of(Habit.ONCE).first(new Answer.Refused("INVALID_ARGUMENT", "items"));

        assertThat(contradictions()).singleElement().asString().contains("a valid basket was refused");
    }

    @Test
    void anotherBuyersAnswerIsReported() {
        of(Habit.ONCE).first(accepted("8-1", ORDER, false));
        assertThat(contradictions()).singleElement().asString().contains("request 9-1 was answered as request 8-1");
    }

    @Test
    void oneOrderForTwoBuyersIsReported() {
        tally.accepted().add(UUID.fromString(ORDER), 8, BASKET.lines());
        of(Habit.ONCE).first(accepted("9-1", ORDER, false));

        assertThat(contradictions()).singleElement().asString().contains("also given to another buyer");
    }

    @Test
    void entriesOfOtherProductsAndMissingOutcomesAreReported() {
        SeckillResponse bare =
                response("9-1", ORDER, false).toBuilder().clearEntries().build();
        of(Habit.ONCE).first(new Answer.Decided(bare, false, SENT, ANSWERED));
        of(Habit.ONCE).first(refusal("9-1", Outcome.OUTCOME_UNSPECIFIED, ""));
        of(Habit.ONCE).first(accepted("9-1", "17", false));

        assertThat(contradictions()).hasSize(3);
        assertThat(contradictions().get(0)).contains("has entries of products []");
        assertThat(contradictions().get(1)).contains("no outcome");
        assertThat(contradictions().get(2)).contains("expected: a UUID");
    }

    private Conversation of(Habit habit) {
        return new Conversation(buyer(habit), tally);
    }

    private static Buyer buyer(Habit habit) {
        return new Buyer(9, habit, BASKET, BASKET);
    }

    private List<String> contradictions() {
        return Stream.concat(
                        tally.contradictions().first().stream(),
                        tally.twoOrders().stream().map(TwoOrders::sentence))
                .toList();
    }

    private static Answer accepted(String requestId, String orderId, boolean replayed) {
        return new Answer.Decided(response(requestId, orderId, replayed), false, SENT, ANSWERED);
    }

    private static SeckillResponse response(String requestId, String orderId, boolean replayed) {
        SeckillResponse.Builder response = SeckillResponse.newBuilder()
                .setRequestId(requestId)
                .setOutcome(Outcome.ACCEPTED)
                .setOrderId(orderId)
                .setReplayed(replayed);
        BASKET.lines()
                .forEach(line -> response.addEntriesBuilder()
                        .setProductId(line.productId())
                        .setStreamId("1-0"));
        return response.build();
    }

    private static Answer refusal(String requestId, Outcome outcome, String orderId) {
        SeckillResponse response = SeckillResponse.newBuilder()
                .setRequestId(requestId)
                .setOutcome(outcome)
                .setOrderId(orderId)
                .build();
        return new Answer.Decided(response, false, SENT, ANSWERED);
    }
}
