package io.seckill.server.activity;

import io.seckill.server.failure.Violations;
import io.seckill.stock.RateLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An activity to be made.
 *
 * @param requestId makes a retry safe; may be empty
 */
public record ActivityDraft(
        String requestId,
        String name,
        Instant startsAt,
        Instant endsAt,
        List<Activity.Product> products,
        Activity.Terms terms) {
    public static final int MAX_PRODUCTS = 1_000;
    public static final long MAX_STOCK = 1_000_000_000_000L;
    public static final int MAX_REQUEST_ID_LENGTH = 64;
    public static final int MAX_SHARDS = 64;

    /** Products × shards, which is what a look at all pools reads. */
    public static final int MAX_POOL_PRODUCTS = 8_192;

    private static final int MAX_NAME_LENGTH = 200;
    private static final long MAX_UNIT_PRICE = 1_000_000_000_000L;
    private static final Duration MAX_WINDOW = Duration.ofDays(366);
    private static final Duration MAX_PAYMENT_TIMEOUT = Duration.ofDays(30);
    private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

    public ActivityDraft {
        products = List.copyOf(products);
    }

    /** Adds a violation for each field that breaks a rule. */
    public void validate(Instant now, Violations violations) {
        violations.checkText("request_id", requestId, 0, MAX_REQUEST_ID_LENGTH);
        violations.checkText("activity.name", name, 1, MAX_NAME_LENGTH);
        validateWindow(now, violations);
        validateProducts(violations);
        violations.checkRange("activity.max_orders_per_user", terms.maxOrdersPerUser(), 1, 100);
        violations.checkRange("activity.max_quantity_per_line", terms.maxQuantityPerLine(), 1, 1_000_000);
        Duration timeout = terms.paymentTimeout();
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(MAX_PAYMENT_TIMEOUT) > 0) {
            violations.add("activity.payment_timeout", timeout, "1 second to 30 days");
        }
        violations.checkRange("activity.shards", terms.shards(), 1, MAX_SHARDS);
        if (terms.shards() <= MAX_SHARDS && (long) products.size() * terms.shards() > MAX_POOL_PRODUCTS) {
            violations.add(
                    "activity.shards",
                    terms.shards(),
                    "at most " + MAX_POOL_PRODUCTS / products.size() + " with " + products.size()
                            + " products, since products × shards are at most " + MAX_POOL_PRODUCTS);
        }
        violations.checkRange("activity.fallback_reserve_percent", terms.fallbackReservePercent(), 0, 100);
        if (!CURRENCY.matcher(terms.currencyCode()).matches()) {
            violations.add("activity.currency_code", terms.currencyCode(), "three capital letters, as CNY");
        }
        validateRates(terms.rates(), violations);
    }

    private static void validateRates(RateLimits rates, Violations violations) {
        String path = "activity.rate_limits.";
        violations.checkRange(path + "user_requests", rates.userRequests(), 0, RateLimits.MAX_USER_REQUESTS);
        violations.checkRange(
                path + "activity_requests_per_second", rates.activityPerSecond(), 0, RateLimits.MAX_PER_SECOND);
        Duration window = rates.userWindow();
        if (rates.userRequests() == 0) {
            if (!window.isZero()) {
                violations.add(path + "user_window", window, "unset where user_requests is 0");
            }
        } else if (window.compareTo(RateLimits.MIN_WINDOW) < 0 || window.compareTo(RateLimits.MAX_WINDOW) > 0) {
            violations.add(path + "user_window", window, "100 milliseconds to 1 hour");
        }
    }

    private void validateWindow(Instant now, Violations violations) {
        if (!endsAt.isAfter(startsAt)) {
            violations.add("activity.end_time", endsAt, "after start_time, " + startsAt);
        } else if (!endsAt.isAfter(now)) {
            violations.add("activity.end_time", endsAt, "in the future; it is " + now);
        } else if (Duration.between(startsAt, endsAt).compareTo(MAX_WINDOW) > 0) {
            violations.add("activity.end_time", endsAt, "at most 366 days after start_time, " + startsAt);
        }
    }

    private void validateProducts(Violations violations) {
        if (products.isEmpty() || products.size() > MAX_PRODUCTS) {
            violations.add("activity.products", products.size() + " products", "1.." + MAX_PRODUCTS);
        }
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < products.size(); i++) {
            Activity.Product product = products.get(i);
            String path = "activity.products[" + i + "]";
            violations.checkId(path + ".product_id", product.productId());
            if (!seen.add(product.productId())) {
                violations.add(path + ".product_id", product.productId(), "each product once");
            }
            violations.checkRange(path + ".stock", product.total(), 0, MAX_STOCK);
            violations.checkRange(path + ".unit_price", product.unitPrice(), 0, MAX_UNIT_PRICE);
        }
    }
}
