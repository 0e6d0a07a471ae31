package io.seckill.bench.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The scripts of the benchmark, each a file of its name beside this class; its header says how to call it. */
public enum BenchScript {
    BUYERS_BEFORE,
    ONE_ORDER,
    ONE_ORDER_IN_FULL;

    /** The text to load. */
    public String text() {
        String file = name().toLowerCase(Locale.ROOT) + ".lua";
        try (InputStream stream = BenchScript.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalStateException(file + " is not in the jar");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
