package io.seckill.settings;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects everything that is wrong with a set of values, so that it can be reported together. Not thread-safe. */
public final class Faults {
    private final List<String> lines = new ArrayList<>();

    /** Adds a fault in the house form, {@code name: value (expected: …)}. */
    public void add(String name, @Nullable Object value, String expected) {
        add(name + ": " + value + " (expected: " + expected + ")");
    }

    /** Adds a fault that already is a sentence. */
    public void add(String line) {
        lines.add(line);
    }

    /** Checks that {@code min <= value <= max}. */
    public void checkRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            add(name, value, min + ".." + max);
        }
    }

    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /** The faults, in the order in which they were found. */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
