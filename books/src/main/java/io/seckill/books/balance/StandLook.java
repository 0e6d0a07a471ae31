package io.seckill.books.balance;

import io.seckill.books.balance.BooksLook.Allocation;
import io.seckill.books.balance.BooksLook.Product;
import io.seckill.stock.PoolStand;
import io.seckill.stock.TellReachScript.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The books of one activity together with what its pools have, read after the books.
 *
 * @param stands by shard and product; without pools that Redis does not have
 */
record StandLook(BooksLook books, Map<Integer, Map<Long, PoolStand>> stands) {

    /** The moves that every product asks for. */
    MovePlan plan() {
        MovePlan plan = MovePlan.none();
        books.products().values().forEach(product -> plan.add(MovePlanner.plan(stand(product))));
        return plan;
    }

    private ProductStand stand(Product product) {
        long reserve = ProductStand.reserveOf(product.total(), books.reservePercent());
        List<ProductStand.Pool> pools = new ArrayList<>();
        for (BooksLook.Pool pool : books.pools()) {
            Allocation allocation = product.allocations().get(pool.shard().shard());
            standIn(pool, product, allocation).ifPresent(stand -> {
                long canGive = allocation.fresh() || allocation.leaving() ? 0 : stand.remaining();
                pools.add(new ProductStand.Pool(
                        allocation.id(), stand.remaining() + allocation.coming(), canGive, stand.want()));
            });
        }
        return new ProductStand(
                product.productId(),
                product.unallocated(),
                reserve,
                ProductStand.lowWaterOf(product.total(), reserve),
                product.allocations().values().stream().anyMatch(Allocation::leaving),
                pools);
    }

    private Optional<PoolStand> standIn(BooksLook.Pool pool, Product product, Allocation allocation) {
        Map<Long, PoolStand> found = stands.get(pool.shard().shard());
        return Optional.ofNullable(found == null ? null : found.get(product.productId()))
                .filter(stand -> stand.allocationId() == allocation.id());
    }

    /** What one pool believes that is too far from the truth. */
    List<Reach> toTell(BooksLook.Pool pool) {
        List<Reach> reaches = new ArrayList<>();
        for (Product product : books.products().values()) {
            standIn(pool, product, product.allocations().get(pool.shard().shard()))
                    .flatMap(stand -> toTell(product.productId(), stand, left(product)))
                    .ifPresent(reaches::add);
        }
        return reaches;
    }

    /**
     * Units that can still be sold, at least as many as there were when the books were read: those that no pool may sell,
     * and of those that were granted what was not spent. Units on their way count wherever they are.
     */
    private long left(Product product) {
        long left = product.unallocated();
        for (Map.Entry<Integer, Allocation> each : product.allocations().entrySet()) {
            Allocation allocation = each.getValue();
            Map<Long, PoolStand> found = stands.get(each.getKey());
            PoolStand stand = found == null ? null : found.get(product.productId());
            boolean known = stand != null && stand.allocationId() == allocation.id();
            left += allocation.held() - (known ? stand.cum() : allocation.persisted());
        }
        return left;
    }

    /** Never too little; exact where somebody waits for it or nothing is left; else not too much by more than half. */
    private static Optional<Reach> toTell(long productId, PoolStand stand, long left) {
        long truth = Math.max(0, left - stand.remaining());
        long told = Math.max(0, stand.reach() - stand.cum() - stand.remaining());
        boolean wanted = stand.want() > 0;
        boolean wantDone = wanted && (stand.want() > left || stand.want() <= stand.remaining());
        boolean misled = told < truth || (truth == 0 && told > 0) || told - truth > told / 2;
        if (!wantDone && !misled && !(wanted && truth != told)) {
            return Optional.empty();
        }
        return Optional.of(new Reach(productId, left + stand.cum(), wantDone ? stand.want() : 0));
    }
}
