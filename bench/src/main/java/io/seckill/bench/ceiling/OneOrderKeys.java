package io.seckill.bench.ceiling;

/** The keys that the scripts that decide one order work on. */
public final class OneOrderKeys {
    public static final String STOCK = "bench:{one}:stock";
    public static final String BUYERS = "bench:{one}:buyers";
    public static final String ORDERS = "bench:{one}:orders";

    /** The field of {@link #STOCK} that holds the units left. */
    public static final String REMAINING = "remaining";

    private OneOrderKeys() {}
}
