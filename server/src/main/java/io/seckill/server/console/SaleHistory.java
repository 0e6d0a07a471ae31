package io.seckill.server.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.seckill.v1.ProductStock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a sale looked like, a point for each look, so that whoever opens or reloads the page sees the curve from before.
 * Thread-safe.
 */
final class SaleHistory {
    /** How far it goes back. */
    static final Duration LENGTH = Duration.ofMinutes(15);

    private static final int MAX_POINTS = 1_000;

    /** Curves at most; with more products the last one is the sum of the rest. */
    private static final int MAX_SERIES = 8;

    private final Deque<Point> points = new ArrayDeque<>();
    private List<Long> products = List.of();

    /**
     * A look.
     *
     * @param atMillis the time of this server, since 1970
     * @param paused whether the sale was
     * @param accepted requests that were, since the start of this server
     * @param refused requests that were decided otherwise, since the start of this server
     * @param failed requests that could not be served, since the start of this server
     * @param recordMillis how long the oldest decision that is not recorded has been waiting
     */
    record Numbers(long atMillis, boolean paused, long accepted, long refused, long failed, long recordMillis) {}

    private record Point(Numbers numbers, List<Long> remaining) {}

    /** Adds a look; what is older than {@link #LENGTH} goes. */
    synchronized void add(Numbers numbers, List<ProductStock> stock) {
        if (!points.isEmpty() && points.peekLast().numbers().atMillis() >= numbers.atMillis()) {
            return; // the clock was set back: go on when it is past where it was
        }
        List<Long> ids = stock.stream().map(ProductStock::getProductId).toList();
        if (!ids.equals(products)) {
            points.clear();
            products = ids;
        }
        points.addLast(new Point(numbers, series(stock)));
        long oldest = numbers.atMillis() - LENGTH.toMillis();
        while (points.size() > MAX_POINTS || points.peekFirst().numbers().atMillis() < oldest) {
            points.removeFirst();
        }
    }

    private static List<Long> series(List<ProductStock> stock) {
        int apart = stock.size() > MAX_SERIES ? MAX_SERIES - 1 : stock.size();
        List<Long> series = new ArrayList<>();
        stock.subList(0, apart).forEach(product -> series.add(product.getRemaining()));
        if (apart < stock.size()) {
            series.add(stock.subList(apart, stock.size()).stream()
                    .mapToLong(ProductStock::getRemaining)
                    .sum());
        }
        return series;
    }

    /** The points after a moment, each as a list to be short: time, paused, accepted, refused, failed, delay, remaining …. */
    synchronized JsonObject after(long millis) {
        JsonArray names = new JsonArray();
        int apart = products.size() > MAX_SERIES ? MAX_SERIES - 1 : products.size();
        products.subList(0, apart).forEach(product -> names.add(Long.toString(product)));
        if (apart < products.size()) {
            names.add(JsonNull.INSTANCE);
        }
        JsonArray rows = new JsonArray();
        for (Point point : points) {
            if (point.numbers().atMillis() > millis) {
                rows.add(row(point));
            }
        }
        JsonObject json = new JsonObject();
        json.add("products", names);
        json.add("points", rows);
        return json;
    }

    private static JsonArray row(Point point) {
        Numbers numbers = point.numbers();
        JsonArray row = new JsonArray();
        row.add(numbers.atMillis());
        row.add(new JsonPrimitive(numbers.paused() ? 1 : 0));
        row.add(numbers.accepted());
        row.add(numbers.refused());
        row.add(numbers.failed());
        row.add(numbers.recordMillis());
        point.remaining().forEach(row::add);
        return row;
    }
}
