package io.seckill.server;

import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.Activity;
import io.seckill.v1.GetActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.RateLimits;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules that a new activity is under: what breaks one is named and not written. */
class ActivityRulesIT {
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
    void limitsOnRatesAreKeptAndReachThePool() {
        long id = test.open(sale(10).setRateLimits(rates(5, 2_000, 300)));

        assertThat(get(id).getRateLimits()).isEqualTo(rates(5, 2_000, 300));
        assertThat(test.pool(id).readAllMap())
                .containsEntry("rate:user", "5")
                .containsEntry("rate:window", "2000")
                .containsEntry("rate:activity", "300");
    }

    @Test
    void windowOfAUsersRateIsASecondWhereItIsLeftOut() {
        Activity both =
                get(test.create(sale(10).setRateLimits(RateLimits.newBuilder().setUserRequests(5))));
        Activity none = get(test.create(sale(10)));

        assertThat(both.getRateLimits()).isEqualTo(rates(5, 1_000, 0));
        assertThat(none.hasRateLimits()).isFalse();
    }

    static Stream<Arguments> badActivities() {
        Instant now = Instant.now();
        return Stream.of(
                Arguments.of("activity.name", sale(1).clearName()),
                Arguments.of("activity.name", sale(1).setName("x".repeat(201))),
                Arguments.of("activity.start_time", sale(1).clearStartTime()),
                Arguments.of("activity.end_time", sale(1).clearEndTime()),
                Arguments.of("activity.end_time", sale(1).setEndTime(timestamp(now.minusSeconds(7_200)))),
                Arguments.of("activity.end_time", sale(1).setEndTime(sale(1).getStartTime())),
                Arguments.of("activity.start_time", between("+10000-01-01T00:00:00Z", "+10000-01-02T00:00:00Z")),
                Arguments.of("activity.end_time", between("9999-12-31T00:00:00Z", "+10000-01-01T00:00:00Z")),
                Arguments.of("activity.start_time", between("+300000-01-01T00:00:00Z", "+300000-01-02T00:00:00Z")),
                Arguments.of(
                        "activity.start_time",
                        sale(1).setStartTime(sale(1).getStartTime().toBuilder().setNanos(-1))),
                Arguments.of("activity.currency_code", sale(1).setCurrencyCode("€".repeat(20_000))),
                Arguments.of("activity.end_time", sale(1).setEndTime(timestamp(now.plusSeconds(86_400L * 400)))),
                Arguments.of("activity.products", sale()),
                Arguments.of("activity.products", sale(new long[1_001])),
                Arguments.of("activity.products[0].stock", sale(-1)),
                Arguments.of("activity.products[0].stock", sale(1_000_000_000_001L)),
                Arguments.of("activity.products[1].product_id", sale(1).addProducts(sale(1).getProducts(0))),
                Arguments.of(
                        "activity.products[1].product_id",
                        sale(1).addProducts(Product.newBuilder().setStock(1))),
                Arguments.of(
                        "activity.products[1].unit_price",
                        sale(1).addProducts(Product.newBuilder().setProductId(5).setUnitPrice(-1))),
                Arguments.of("activity.max_orders_per_user", sale(1).setMaxOrdersPerUser(101)),
                Arguments.of("activity.max_orders_per_user", sale(1).setMaxOrdersPerUser(-1)),
                Arguments.of("activity.max_quantity_per_line", sale(1).setMaxQuantityPerLine(-1)),
                Arguments.of("activity.payment_timeout", sale(1).setPaymentTimeout(Duration.getDefaultInstance())),
                Arguments.of("activity.shards", sale(1).setShards(-1)),
                Arguments.of("activity.shards", sale(1).setShards(65)),
                Arguments.of("activity.shards", sale(1).setShards(10_000)),
                Arguments.of("activity.shards", sale(new long[1_000]).setShards(9)),
                Arguments.of("activity.fallback_reserve_percent", sale(1).setFallbackReservePercent(-1)),
                Arguments.of("activity.fallback_reserve_percent", sale(1).setFallbackReservePercent(101)),
                Arguments.of("activity.fallback_reserve_percent", sale(1).setFallbackReservePercent(-1)),
                Arguments.of("activity.rate_limits.user_requests", sale(1).setRateLimits(rates(-1, 1_000, 0))),
                Arguments.of("activity.rate_limits.user_requests", sale(1).setRateLimits(rates(101, 1_000, 0))),
                Arguments.of("activity.rate_limits.user_window", sale(1).setRateLimits(rates(1, 99, 0))),
                Arguments.of("activity.rate_limits.user_window", sale(1).setRateLimits(rates(1, 3_600_001, 0))),
                Arguments.of("activity.rate_limits.user_window", sale(1).setRateLimits(rates(0, 1_000, 5))),
                Arguments.of(
                        "activity.rate_limits.user_window",
                        sale(1).setRateLimits(RateLimits.newBuilder()
                                .setUserRequests(1)
                                .setUserWindow(Duration.newBuilder()
                                        .setSeconds(Long.MAX_VALUE)
                                        .setNanos(Integer.MAX_VALUE)))),
                Arguments.of(
                        "activity.rate_limits.activity_requests_per_second",
                        sale(1).setRateLimits(rates(1, 1_000, 1_000_001))),
                Arguments.of(
                        "activity.rate_limits.activity_requests_per_second",
                        sale(1).setRateLimits(rates(1, 1_000, -1))),
                Arguments.of("activity.currency_code", sale(1).setCurrencyCode("yuan")));
    }

    @ParameterizedTest(name = "{0} #{index}")
    @MethodSource("badActivities")
    void badActivityIsNamedAndNotWritten(String field, Activity.Builder activity) {
        long before = test.number("SELECT count(*) FROM activities");

        StatusRuntimeException failure = fails(() -> test.create(activity));

        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(TestServer.violations(failure))
                .extracting(BadRequest.FieldViolation::getField)
                .contains(field);
        assertThat(test.number("SELECT count(*) FROM activities")).isEqualTo(before);
    }

    private static Activity.Builder between(String start, String end) {
        return sale(1).setStartTime(timestamp(Instant.parse(start))).setEndTime(timestamp(Instant.parse(end)));
    }

    private static RateLimits rates(int requests, long windowMillis, int perSecond) {
        return RateLimits.newBuilder()
                .setUserRequests(requests)
                .setUserWindow(Durations.fromMillis(windowMillis))
                .setActivityRequestsPerSecond(perSecond)
                .build();
    }

    private static Activity get(long id) {
        return test.operator
                .getActivity(GetActivityRequest.newBuilder().setActivityId(id).build())
                .getActivity();
    }

    private static StatusRuntimeException fails(Callable<?> call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::call);
        assertThat(failure).as("the failure").isNotNull();
        return failure;
    }
}
