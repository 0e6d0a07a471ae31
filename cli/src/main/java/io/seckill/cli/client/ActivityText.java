package io.seckill.cli.client;

import io.seckill.cli.terminal.Table;
import io.seckill.v1.Activity;
import io.seckill.v1.Product;
import io.seckill.v1.ProductStock;
import io.seckill.v1.RateLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An activity as people read it.
 *
 * @param remaining units that can be bought now, by product; empty if that was not asked
 */
record ActivityText(Activity activity, Map<Long, Long> remaining) {
    private static final String UNKNOWN = "-";

    static ActivityText of(Activity activity) {
        return new ActivityText(activity, Map.of());
    }

    static ActivityText of(Activity activity, List<ProductStock> stock) {
        return new ActivityText(
                activity,
                stock.stream().collect(Collectors.toMap(ProductStock::getProductId, ProductStock::getRemaining)));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("activity " + activity.getActivityId() + ": " + activity.getName());
        lines.add("  " + activity.getState() + ", "
                + (activity.hasPreheatTime()
                        ? "preheated " + Texts.time(activity.getPreheatTime())
                        : "not preheated: 'seckill activity preheat " + activity.getActivityId() + "' loads it"));
        lines.add("  from " + Texts.time(activity.getStartTime()) + " to " + Texts.time(activity.getEndTime()));
        lines.add("  per user " + activity.getMaxOrdersPerUser() + " orders, per line "
                + activity.getMaxQuantityPerLine() + " units, to be paid within "
                + Texts.duration(activity.getPaymentTimeout()));
        if (activity.hasRateLimits()) {
            lines.add("  " + rates(activity.getRateLimits()));
        }
        Table table =
                new Table("product", "stock", "remaining", "price in minor units of " + activity.getCurrencyCode());
        for (Product product : activity.getProductsList()) {
            Long left = remaining.get(product.getProductId());
            table.row(
                    product.getProductId(), product.getStock(), left == null ? UNKNOWN : left, product.getUnitPrice());
        }
        table.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }

    private static String rates(RateLimits limits) {
        List<String> parts = new ArrayList<>();
        if (limits.getUserRequests() > 0) {
            parts.add(limits.getUserRequests() + " requests per user in " + Texts.duration(limits.getUserWindow()));
        }
        if (limits.getActivityRequestsPerSecond() > 0) {
            parts.add(limits.getActivityRequestsPerSecond() + " requests per second of all users");
        }
        return "at most " + String.join(", ", parts);
    }
}
