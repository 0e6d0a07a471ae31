package io.seckill.bench;

import java.util.ArrayList;
import java.util.List;

/** Counts what is wrong, and keeps the first few sentences on it. Thread-safe. */
public final class Findings {
    /** Sentences kept at most. */
    public static final int MAX_SENTENCES = 10;

    private final List<String> first = new ArrayList<>();
    private long count;

    /** Adds one thing that is wrong. */
    public synchronized void add(String sentence) {
        count++;
        if (first.size() < MAX_SENTENCES) {
            first.add(sentence);
        }
    }

    /** Adds all that another one counts. */
    public synchronized void addAll(Findings others) {
        List<String> sentences = others.first();
        sentences.forEach(this::add);
        count += others.count() - sentences.size();
    }

    public synchronized long count() {
        return count;
    }

    /** The first {@link #MAX_SENTENCES} sentences. */
    public synchronized List<String> first() {
        return List.copyOf(first);
    }
}
