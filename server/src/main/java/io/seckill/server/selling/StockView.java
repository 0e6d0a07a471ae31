package io.seckill.server.selling;

import io.seckill.server.activity.SaleRules;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.failure.Violations;
import io.seckill.stock.PoolReader;
import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** The stock as buyers see it: what the pools have left, over all shards. Thread-safe. */
public final class StockView {
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);
    private static final int MAX_PRODUCTS = 1_000;

    private final SaleCatalog catalog;
    private final PoolReader pools;

    public StockView(SaleCatalog catalog, StockRedis redis) {
        this.catalog = catalog;
        this.pools = new PoolReader(redis);
    }

    /** One product's units, in all and left. */
    public record ProductStock(long productId, long total, long remaining) {}

    /**
     * Reads the stock of some products, of all if none is named.
     *
     * @return by product id; fails with {@link RequestFailure}
     */
    public CompletableFuture<List<ProductStock>> read(long activityId, List<Long> productIds) {
        return check(activityId, productIds).thenCompose(rules -> read(rules, productIds));
    }

    /** The rules of a preheated activity that has these products; fails with {@link RequestFailure}. */
    CompletableFuture<SaleRules> check(long activityId, List<Long> productIds) {
        try {
            Violations violations = new Violations();
            violations.checkId("activity_id", activityId);
            if (productIds.size() > MAX_PRODUCTS) {
                violations.add("product_ids", productIds.size() + " products", "0.." + MAX_PRODUCTS);
            }
            violations.throwIfAny();
        } catch (RequestFailure e) {
            return CompletableFuture.failedFuture(e);
        }
        return catalog.rules(activityId)
                .exceptionally(failure -> {
                    throw new CompletionException(RequestFailure.retryable(
                            Reason.DATABASE_UNAVAILABLE,
                            "the rules of activity " + activityId + " cannot be read",
                            RETRY_LATER));
                })
                .thenApply(found -> check(Seller.requirePreheated(activityId, found), productIds));
    }

    private static SaleRules check(SaleRules rules, List<Long> productIds) {
        Violations violations = new Violations();
        for (int i = 0; i < productIds.size(); i++) {
            if (!rules.totals().containsKey(productIds.get(i))) {
                violations.add(
                        "product_ids[" + i + "]", productIds.get(i), "a product of activity " + rules.activityId());
            }
        }
        violations.throwIfAny();
        return rules;
    }

    private CompletableFuture<List<ProductStock>> read(SaleRules rules, List<Long> productIds) {
        Collection<Long> products =
                new TreeSet<>(productIds.isEmpty() ? rules.totals().keySet() : productIds);
        if (rules.closed()) {
            return CompletableFuture.completedFuture(products.stream()
                    .map(product -> new ProductStock(product, rules.totals().get(product), 0))
                    .toList());
        }
        List<CompletableFuture<Optional<Map<Long, ProductPool>>>> reads = new ArrayList<>();
        for (int shard = 0; shard < rules.epochs().size(); shard++) {
            reads.add(
                    pools.read(new ShardId(rules.activityId(), shard), products).toCompletableFuture());
        }
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                .exceptionally(failure -> {
                    throw unavailable(rules.activityId());
                })
                .thenApply(done -> products.stream()
                        .map(product -> new ProductStock(
                                product, rules.totals().get(product), remaining(rules, product, reads)))
                        .toList());
    }

    private static long remaining(
            SaleRules rules, long product, List<CompletableFuture<Optional<Map<Long, ProductPool>>>> reads) {
        long remaining = 0;
        for (CompletableFuture<Optional<Map<Long, ProductPool>>> read : reads) {
            ProductPool pool = read.join()
                    .map(products -> products.get(product))
                    .orElseThrow(() -> unavailable(rules.activityId()));
            remaining += pool.remaining();
        }
        return remaining;
    }

    private static RequestFailure unavailable(long activityId) {
        return RequestFailure.retryable(
                Reason.STOCK_UNAVAILABLE, "the pool of activity " + activityId + " cannot be read", RETRY_LATER);
    }
}
