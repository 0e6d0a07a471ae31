package io.seckill.books.reconcile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** The books of one activity while they are added up. Not thread-safe. */
final class BooksSum {
    private final long activityId;
    private final Map<Long, Terms> terms = new TreeMap<>();
    private final Map<Long, Findings> findings = new HashMap<>();
    private final Findings general = new Findings();
    private final Map<LedgerRows.Allocation, Long> unaccounted = new HashMap<>();
    private final Set<Long> linesDiffer = new TreeSet<>();

    BooksSum(long activityId) {
        this.activityId = activityId;
    }

    void product(long productId, Terms start) {
        terms.put(productId, start);
    }

    Terms terms(long productId) {
        return terms.getOrDefault(productId, Terms.of(0, 0));
    }

    void change(long productId, UnaryOperator<Terms> change) {
        terms.computeIfPresent(productId, (id, before) -> change.apply(before));
    }

    /** Notes what differs with a product, or with none if the activity does not have it. */
    void finding(long productId, String sentence) {
        if (terms.containsKey(productId)) {
            findings.computeIfAbsent(productId, id -> new Findings()).add(sentence);
        } else {
            general.add("product " + productId + ": " + sentence);
        }
    }

    void finding(String sentence) {
        general.add(sentence);
    }

    /**
     * Notes that a pool spent other units than are accounted for.
     *
     * @param units missing; below 0 if there are too many
     */
    void unaccounted(LedgerRows.Allocation allocation, long units) {
        unaccounted.put(allocation, units);
    }

    Map<LedgerRows.Allocation, Long> unaccounted() {
        return unaccounted;
    }

    void linesDiffer(long productId) {
        linesDiffer.add(productId);
    }

    boolean anyLinesDiffer() {
        return !linesDiffer.isEmpty();
    }

    boolean linesDifferOf(long productId) {
        return linesDiffer.contains(productId);
    }

    ActivityBooks toBooks() {
        List<ProductBooks> products = new ArrayList<>();
        terms.forEach((product, sum) -> products.add(new ProductBooks(
                product, sum, findings.getOrDefault(product, new Findings()).sentences())));
        return new ActivityBooks(activityId, products, general.sentences(), List.of());
    }
}
