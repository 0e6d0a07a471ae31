package io.seckill.bench;

import java.util.List;

/**
 * What both stores say, against what buyers were told.
 *
 * @param left entries in the streams that are not recorded
 * @param deadLetters entries set aside
 * @param findings what differs, a sentence each, the first few of each kind
 */
public record AuditReport(
        List<ProductAudit> products,
        Orders orders,
        Answers answers,
        long left,
        long deadLetters,
        List<String> findings) {
    public AuditReport {
        products = List.copyOf(products);
        findings = List.copyOf(findings);
    }

    /**
     * Orders, counted.
     *
     * @param accepted that buyers were told of
     * @param recorded in PostgreSQL, and not rejected
     * @param superseded accepted and rejected, since Redis and PostgreSQL both sold to their buyers
     * @param lost accepted, without all of their rows
     * @param duplicated recorded and told to nobody, or over a user's limit, or lines that their order does not have
     * @param booksOff sums in the books of PostgreSQL and Redis that do not add up
     */
    public record Orders(long accepted, long recorded, long superseded, long lost, long duplicated, long booksOff) {}

    /**
     * Faults in what buyers were told.
     *
     * @param contradictions answers that cannot both be true
     * @param unresolved buyers who never learned what became of a request
     */
    public record Answers(long contradictions, long unresolved) {}

    public long oversold() {
        return products.stream().mapToLong(ProductAudit::oversold).sum();
    }

    /** True if nothing at all differs. */
    public boolean ok() {
        return findings.isEmpty()
                && oversold() == 0
                && left == 0
                && deadLetters == 0
                && orders.lost() == 0
                && orders.duplicated() == 0
                && orders.booksOff() == 0
                && answers.contradictions() == 0
                && answers.unresolved() == 0
                && products.stream().allMatch(product -> product.difference() == 0);
    }
}
