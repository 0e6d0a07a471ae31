package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.Activity;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.Entry;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.Item;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.ProductStock;
import io.seckill.v1.RateLimits;
import io.seckill.v1.ResumeActivityRequest;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a BFF is answered, outcome by outcome and fault by fault. */
class SeckillIT {
    private static TestServer test;

    @BeforeAll
    static void start() {
        test = new TestServer();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @Test
    void acceptedBasketHasAnEntryPerItemInTheOrderOfTheRequest() {
        long activity = test.open(sale(10, 10, 10));

        SeckillResponse response = test.buyer.seckill(request(activity, 42, "r1", 1003, 1, 1001, 2));

        assertThat(response.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(response.getRequestId()).isEqualTo("r1");
        assertThat(response.getOrderId()).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
        assertThat(response.getEntriesList()).extracting(Entry::getProductId).containsExactly(1003L, 1001L);
        assertThat(response.getEntries(1).getStream()).isEqualTo("stream:seckill:{" + activity + ".0}:1001");
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("8");
    }

    @Test
    void retryGetsTheFirstAnswerWithItsEntriesThoughTheItemsCameInAnotherOrder() {
        long activity = test.open(sale(10, 10));
        SeckillResponse first = test.buyer.seckill(request(activity, 42, "r1", 1001, 1, 1002, 2));

        SeckillResponse again = test.buyer.seckill(request(activity, 42, "r1", 1002, 2, 1001, 1));

        assertThat(again.getReplayed()).isTrue();
        assertThat(again.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(again.getOrderId()).isEqualTo(first.getOrderId());
        assertThat(again.getEntriesList()).containsExactlyInAnyOrderElementsOf(first.getEntriesList());
        assertThat(test.pool(activity).get("remaining:1002")).isEqualTo("8");
    }

    @Test
    void sameRequestIdWithAnotherBasketIsAFaultOfTheRequest() {
        long activity = test.open(sale(10));
        test.buyer.seckill(request(activity, 42, "r1", 1001, 1));

        StatusRuntimeException failure = fails(request(activity, 42, "r1", 1001, 2));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(reason(failure)).isEqualTo("REQUEST_ID_REUSED");
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("9");
    }

    @Test
    void buyerAtTheLimitIsToldTheOrderHeldAlsoWithoutARequestId() {
        long activity = test.open(sale(10));
        SeckillResponse first = test.buyer.seckill(request(activity, 42, "", 1001, 1));

        SeckillResponse second = test.buyer.seckill(request(activity, 42, "", 1001, 1));

        assertThat(second.getOutcome()).isEqualTo(Outcome.LIMIT_REACHED);
        assertThat(second.getOrderId()).isEqualTo(first.getOrderId());
    }

    @Test
    void soldOutNamesTheProductAndTakesNothing() {
        long activity = test.open(sale(10, 0));

        SeckillResponse response = test.buyer.seckill(request(activity, 42, "r1", 1001, 1, 1002, 1));

        assertThat(response.getOutcome()).isEqualTo(Outcome.SOLD_OUT);
        assertThat(response.getProductId()).isEqualTo(1002);
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("10");
        assertThat(test.buyers(activity).isExists()).isFalse();
    }

    @Test
    void saleThatHasNotBegunSaysWhenItWill() {
        Instant start = Instant.now().plus(Duration.ofMinutes(30));
        long activity = test.open(sale(10).setStartTime(timestamp(start)));

        SeckillResponse response = test.buyer.seckill(request(activity, 42, "r1", 1001, 1));

        assertThat(response.getOutcome()).isEqualTo(Outcome.NOT_STARTED);
        assertThat(response.getRetryAfter().getSeconds()).isBetween(1_700L, 1_800L);
    }

    @Test
    void userOverTheRateIsToldWhenToAskAgain() {
        long activity = test.open(sale(10).setMaxOrdersPerUser(5)
                .setRateLimits(RateLimits.newBuilder().setUserRequests(1).setUserWindow(Durations.fromMinutes(30))));
        SeckillResponse first = test.buyer.seckill(request(activity, 42, "r1", 1001, 1));

        SeckillResponse second = test.buyer.seckill(request(activity, 42, "r2", 1001, 1));
        SeckillResponse again = test.buyer.seckill(request(activity, 42, "r1", 1001, 1));

        assertThat(second.getOutcome()).isEqualTo(Outcome.RATE_LIMITED);
        assertThat(second.getRetryAfter().getSeconds()).isBetween(1_700L, 1_800L);
        assertThat(again.getOrderId()).isEqualTo(first.getOrderId());
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("9");
        assertThat(test.buyer.seckill(request(activity, 43, "r1", 1001, 1)).getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void saleOverItsRateIsServedAgainAfterTheTimeTold() {
        long activity = test.open(sale(10).setRateLimits(RateLimits.newBuilder().setActivityRequestsPerSecond(2)));
        test.buyer.seckill(request(activity, 42, "r1", 1001, 1));

        SeckillResponse over = test.buyer.seckill(request(activity, 43, "r1", 1001, 1));

        assertThat(over.getOutcome()).isEqualTo(Outcome.RATE_LIMITED);
        assertThat(Durations.toMillis(over.getRetryAfter())).isBetween(1L, 500L);
        Awaitility.await()
                .pollDelay(Duration.ofMillis(Durations.toMillis(over.getRetryAfter())))
                .until(() ->
                        test.buyer.seckill(request(activity, 43, "r1", 1001, 1)).getOutcome() == Outcome.ACCEPTED);
    }

    @Test
    void pausedResumedAndEndedSaleAnswersSo() {
        long activity = test.open(sale(10));
        List<Outcome> outcomes = new ArrayList<>();

        test.operator.pauseActivity(
                PauseActivityRequest.newBuilder().setActivityId(activity).build());
        outcomes.add(test.buyer.seckill(request(activity, 1, "r1", 1001, 1)).getOutcome());
        test.operator.resumeActivity(
                ResumeActivityRequest.newBuilder().setActivityId(activity).build());
        outcomes.add(test.buyer.seckill(request(activity, 1, "r1", 1001, 1)).getOutcome());
        test.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(activity).build());
        outcomes.add(test.buyer.seckill(request(activity, 2, "r1", 1001, 1)).getOutcome());

        assertThat(outcomes).containsExactly(Outcome.PAUSED, Outcome.ACCEPTED, Outcome.ENDED);
    }

    @Test
    void unknownActivityIsNotFoundAndOneNotPreheatedIsUnavailable() {
        long created = test.create(sale(10));

        StatusRuntimeException unknown = fails(request(999_999, 42, "r1", 1001, 1));
        StatusRuntimeException early = fails(request(created, 42, "r1", 1001, 1));
        test.preheat(created);

        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(reason(unknown)).isEqualTo("ACTIVITY_NOT_FOUND");
        assertThat(early.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reason(early)).isEqualTo("ACTIVITY_NOT_PREHEATED");
        assertThat(TestServer.saysWhenToRetry(early)).isTrue();
        assertThat(test.buyer.seckill(request(created, 42, "r1", 1001, 1)).getOutcome())
                .as("at once after preheating")
                .isEqualTo(Outcome.ACCEPTED);
    }

    @Test
    void poolThatIsGoneIsUnavailableAndNeverSoldOut() {
        long activity = test.open(sale(10));
        test.pool(activity).delete();

        StatusRuntimeException failure = fails(request(activity, 42, "r1", 1001, 1));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(reason(failure)).isEqualTo("STOCK_UNAVAILABLE");
    }

    static Stream<Arguments> badRequests() {
        Activity.Builder any = sale(10);
        return Stream.of(
                Arguments.of("activity_id", request(0, 42, "r", 1001, 1)),
                Arguments.of("activity_id", request(-1, 42, "r", 1001, 1)),
                Arguments.of("user_id", request(1, 0, "r", 1001, 1)),
                Arguments.of("user_id", request(1, -7, "r", 1001, 1)),
                Arguments.of("items", request(1, 42, "r")),
                Arguments.of("items", request(1, 42, "r", twentyOneItems())),
                Arguments.of("items[1].product_id", request(1, 42, "r", 1001, 1, 1001, 1)),
                Arguments.of("items[0].product_id", request(1, 42, "r", 0, 1)),
                Arguments.of("items[0].product_id", request(1, 42, "r", -5, 1)),
                Arguments.of("items[0].product_id", request(1, 42, "r", 7777, 1)),
                Arguments.of("items[0].quantity", request(1, 42, "r", 1001, 0)),
                Arguments.of("items[0].quantity", request(1, 42, "r", 1001, -3)),
                Arguments.of("items[0].quantity", request(1, 42, "r", 1001, any.getMaxQuantityPerLine() + 1)),
                Arguments.of("items[0].quantity", request(1, 42, "r", 1001, Integer.MAX_VALUE)),
                Arguments.of("request_id", request(1, 42, "x".repeat(65), 1001, 1)),
                Arguments.of("request_id", request(1, 42, "a\tb", 1001, 1)),
                Arguments.of("request_id", request(1, 42, "a\u0000b", 1001, 1)));
    }

    private static long[] twentyOneItems() {
        long[] items = new long[42];
        for (int i = 0; i < items.length; i += 2) {
            items[i] = 1001L + i;
            items[i + 1] = 1;
        }
        return items;
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("badRequests")
    void badFieldIsNamedAndNothingIsSold(String field, SeckillRequest template) {
        long activity = test.open(sale(10));
        SeckillRequest request = template.getActivityId() == 1
                ? template.toBuilder().setActivityId(activity).build()
                : template;

        StatusRuntimeException failure = fails(request);

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(reason(failure)).isEqualTo("INVALID_REQUEST");
        assertThat(TestServer.violations(failure))
                .extracting(BadRequest.FieldViolation::getField)
                .contains(field);
        assertThat(TestServer.violations(failure))
                .allSatisfy(violation -> assertThat(violation.getDescription()).contains("expected: "));
        assertThat(test.buyers(activity).isExists()).isFalse();
        assertThat(test.pool(activity).get("remaining:1001")).isEqualTo("10");
    }

    @Test
    void everyFaultOfARequestIsReportedTogether() {
        long activity = test.open(sale(10));

        StatusRuntimeException failure = fails(request(activity, 0, "x".repeat(65), 1001, 0, 1001, 1));

        assertThat(TestServer.violations(failure))
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("user_id", "request_id", "items[0].quantity", "items[1].product_id");
    }

    @Test
    void requestIdOf64CharactersOfAnyLanguageIsKept() {
        long activity = test.open(sale(10));
        String id = "秒杀 ".repeat(21) + "ok".substring(0, 1);

        assertThat(test.buyer.seckill(request(activity, 42, id, 1001, 1)).getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(test.buyer.seckill(request(activity, 42, id, 1001, 1)).getReplayed())
                .isTrue();
    }

    @Test
    void messageOverTheSizeLimitIsRefused() {
        SeckillRequest.Builder large = request(1, 42, "r", 1001, 1).toBuilder();
        for (int i = 0; i < 20_000; i++) {
            large.addItems(Item.newBuilder().setProductId(i + 1L).setQuantity(1));
        }

        assertThat(fails(large.build()).getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void stockIsThatOfThePools() {
        long activity = test.open(sale(10, 20));
        test.buyer.seckill(request(activity, 42, "r1", 1001, 2));

        List<ProductStock> all = test.buyer
                .getStock(GetStockRequest.newBuilder().setActivityId(activity).build())
                .getProductsList();
        List<ProductStock> one = test.buyer
                .getStock(GetStockRequest.newBuilder()
                        .setActivityId(activity)
                        .addProductIds(1002)
                        .build())
                .getProductsList();

        assertThat(all)
                .containsExactly(
                        ProductStock.newBuilder()
                                .setProductId(1001)
                                .setTotal(10)
                                .setRemaining(8)
                                .build(),
                        ProductStock.newBuilder()
                                .setProductId(1002)
                                .setTotal(20)
                                .setRemaining(20)
                                .build());
        assertThat(one).extracting(ProductStock::getProductId).containsExactly(1002L);
    }

    @Test
    void stockOfWhatIsNotThereIsAFault() {
        long activity = test.open(sale(10));

        StatusRuntimeException product = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> test.buyer.getStock(GetStockRequest.newBuilder()
                        .setActivityId(activity)
                        .addProductIds(5)
                        .build()));
        StatusRuntimeException unknown = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> test.buyer.getStock(
                        GetStockRequest.newBuilder().setActivityId(999_999).build()));
        StatusRuntimeException zero = catchThrowableOfType(
                StatusRuntimeException.class, () -> test.buyer.getStock(GetStockRequest.getDefaultInstance()));

        assertThat(reason(product)).isEqualTo("INVALID_REQUEST");
        assertThat(reason(unknown)).isEqualTo("ACTIVITY_NOT_FOUND");
        assertThat(reason(zero)).isEqualTo("INVALID_REQUEST");
    }

    private static StatusRuntimeException fails(SeckillRequest request) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> test.buyer.seckill(request));
        assertThat(failure).as("failure of %s", request.getRequestId()).isNotNull();
        return failure;
    }
}
