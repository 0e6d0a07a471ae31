package io.seckill.cli.bench;

/**
 * What a sale for one measurement is like.
 *
 * @param activities of equal terms
 * @param products of each
 * @param shards of each
 * @param stock units of each product
 */
record SaleTerms(int activities, int products, int shards, long stock) {
    /** More than anybody sells in a measurement, in any pool. */
    static final long NEVER_OUT = 1_000_000_000;

    /** One activity with one product that never runs out. */
    static final SaleTerms ENDLESS = new SaleTerms(1, 1, 1, NEVER_OUT);

    SaleTerms withActivities(int count) {
        return new SaleTerms(count, products, shards, stock);
    }

    SaleTerms withProducts(int count) {
        return new SaleTerms(activities, count, shards, stock);
    }

    SaleTerms withShards(int count) {
        return new SaleTerms(activities, products, count, stock);
    }

    SaleTerms withStock(long units) {
        return new SaleTerms(activities, products, shards, units);
    }
}
