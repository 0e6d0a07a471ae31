package io.seckill.server.grpc;

import com.google.protobuf.Timestamp;
import io.seckill.server.activity.ActivityDraft;
import io.seckill.server.failure.Violations;
import io.seckill.v1.Activity;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Activities, to messages and back. */
final class ActivityMessages {
    private static final String DEFAULT_CURRENCY = "CNY";
    private static final Duration DEFAULT_PAYMENT_TIMEOUT = Duration.ofMinutes(15);
    private static final Duration DEFAULT_USER_WINDOW = Duration.ofSeconds(1);

    // What a google.protobuf.Timestamp may hold; the stores can hold it too.
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final int MAX_NANOS = 999_999_999;

    private ActivityMessages() {}

    /** The draft asked for, with the defaults of what was left out. */
    static ActivityDraft draft(CreateActivityRequest request) {
        Activity activity = request.getActivity();
        Violations violations = new Violations();
        if (!activity.hasStartTime()) {
            violations.add("activity.start_time", "missing", "a time");
        }
        if (!activity.hasEndTime()) {
            violations.add("activity.end_time", "missing", "a time");
        }
        Instant start = instant("activity.start_time", activity.getStartTime(), violations);
        Instant end = instant("activity.end_time", activity.getEndTime(), violations);
        violations.throwIfAny();
        return new ActivityDraft(
                request.getRequestId(),
                activity.getName(),
                start,
                end,
                products(activity),
                new io.seckill.server.activity.Activity.Terms(
                        orOne(activity.getMaxOrdersPerUser()),
                        orOne(activity.getMaxQuantityPerLine()),
                        paymentTimeout(activity),
                        orOne(activity.getShards()),
                        activity.getFallbackReservePercent(),
                        activity.getCurrencyCode().isEmpty() ? DEFAULT_CURRENCY : activity.getCurrencyCode(),
                        rates(activity.getRateLimits())));
    }

    private static List<io.seckill.server.activity.Activity.Product> products(Activity activity) {
        return activity.getProductsList().stream()
                .map(product -> new io.seckill.server.activity.Activity.Product(
                        product.getProductId(), product.getStock(), product.getUnitPrice()))
                .toList();
    }

    private static int orOne(int value) {
        return value == 0 ? 1 : value;
    }

    private static Duration paymentTimeout(Activity activity) {
        return activity.hasPaymentTimeout() ? duration(activity.getPaymentTimeout()) : DEFAULT_PAYMENT_TIMEOUT;
    }

    private static io.seckill.stock.RateLimits rates(RateLimits limits) {
        Duration unset = limits.getUserRequests() == 0 ? Duration.ZERO : DEFAULT_USER_WINDOW;
        return new io.seckill.stock.RateLimits(
                limits.getUserRequests(),
                limits.hasUserWindow() ? duration(limits.getUserWindow()).truncatedTo(ChronoUnit.MILLIS) : unset,
                limits.getActivityRequestsPerSecond());
    }

    /** One that Java cannot hold becomes another that is out of all bounds. */
    private static Duration duration(com.google.protobuf.Duration duration) {
        try {
            return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
        } catch (ArithmeticException e) {
            return Duration.ofSeconds(duration.getSeconds());
        }
    }

    private static Instant instant(String field, Timestamp timestamp, Violations violations) {
        long seconds = timestamp.getSeconds();
        int nanos = timestamp.getNanos();
        if (seconds < EARLIEST.getEpochSecond() || seconds > LATEST.getEpochSecond()) {
            violations.add(field, seconds + " s", "a time between the years 1 and 9999");
            return Instant.EPOCH;
        }
        if (nanos < 0 || nanos > MAX_NANOS) {
            violations.add(field, nanos + " ns", "0.." + MAX_NANOS);
            return Instant.EPOCH;
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    static Activity message(io.seckill.server.activity.Activity activity, Instant now) {
        Activity.Builder message = Activity.newBuilder()
                .setActivityId(activity.id())
                .setName(activity.name())
                .setStartTime(timestamp(activity.startsAt()))
                .setEndTime(timestamp(activity.endsAt()))
                .setMaxOrdersPerUser(activity.terms().maxOrdersPerUser())
                .setMaxQuantityPerLine(activity.terms().maxQuantityPerLine())
                .setPaymentTimeout(Statuses.duration(activity.terms().paymentTimeout()))
                .setShards(activity.terms().shards())
                .setFallbackReservePercent(activity.terms().fallbackReservePercent())
                .setCurrencyCode(activity.terms().currencyCode())
                .setState(Activity.State.valueOf(activity.stateAt(now).name()))
                .setCreateTime(timestamp(activity.createdAt()))
                .setUpdateTime(timestamp(activity.updatedAt()));
        message(activity.terms().rates()).ifPresent(message::setRateLimits);
        activity.preheatedAt().ifPresent(at -> message.setPreheatTime(timestamp(at)));
        activity.closedAt().ifPresent(at -> message.setCloseTime(timestamp(at)));
        activity.products()
                .forEach(product -> message.addProducts(Product.newBuilder()
                        .setProductId(product.productId())
                        .setStock(product.total())
                        .setUnitPrice(product.unitPrice())));
        return message.build();
    }

    private static Optional<RateLimits> message(io.seckill.stock.RateLimits rates) {
        if (rates.equals(io.seckill.stock.RateLimits.NONE)) {
            return Optional.empty();
        }
        RateLimits.Builder message = RateLimits.newBuilder()
                .setUserRequests(rates.userRequests())
                .setActivityRequestsPerSecond(rates.activityPerSecond());
        if (rates.userRequests() > 0) {
            message.setUserWindow(Statuses.duration(rates.userWindow()));
        }
        return Optional.of(message.build());
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }
}
