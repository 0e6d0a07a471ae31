package io.seckill.books.reconcile;

import java.util.ArrayList;
import java.util.List;

/** Sentences about what differs: the first of them, and how many more there are. Not thread-safe. */
final class Findings {
    /** Sentences that are kept. */
    static final int MAX_SENTENCES = 100;

    private final List<String> first = new ArrayList<>();
    private long more;

    void add(String sentence) {
        if (first.size() < MAX_SENTENCES) {
            first.add(sentence);
        } else {
            more++;
        }
    }

    List<String> sentences() {
        List<String> all = new ArrayList<>(first);
        if (more > 0) {
            all.add("and " + more + " more");
        }
        return all;
    }
}
