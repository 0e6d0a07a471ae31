package io.seckill.books.reconcile;

import java.util.List;

/**
 * The books of one activity.
 *
 * @param products by product id
 * @param findings what differs and belongs to no one product, a sentence each
 * @param repairs what was repaired, a sentence each
 */
public record ActivityBooks(long activityId, List<ProductBooks> products, List<String> findings, List<String> repairs) {
    public ActivityBooks {
        products = List.copyOf(products);
        findings = List.copyOf(findings);
        repairs = List.copyOf(repairs);
    }

    public boolean addUp() {
        return findings.isEmpty() && products.stream().allMatch(ProductBooks::addUp);
    }
}
