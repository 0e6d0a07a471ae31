package io.seckill.bench.ceiling;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The script that decides one order, as others write it, and the keys it works on. */
public final class OneOrderScript {
    public static final String STOCK = "bench:{one}:stock";
    public static final String BUYERS = "bench:{one}:buyers";
    public static final String ORDERS = "bench:{one}:orders";

    /** The field of {@link #STOCK} that holds the units left. */
    public static final String REMAINING = "remaining";

    private OneOrderScript() {}

    /** The text to load. */
    public static String text() {
        try (InputStream file = OneOrderScript.class.getResourceAsStream("one_order.lua")) {
            if (file == null) {
                throw new IllegalStateException("one_order.lua is not in the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("one_order.lua cannot be read", e);
        }
    }
}
