package io.seckill.books.reconcile;

import java.util.List;

/**
 * The books of one product.
 *
 * @param findings what differs, a sentence each
 */
public record ProductBooks(long productId, Terms terms, List<String> findings) {
    public ProductBooks {
        findings = List.copyOf(findings);
    }

    public boolean addUp() {
        return terms.difference() == 0 && findings.isEmpty();
    }
}
