package io.seckill.bench.load;

import java.time.Duration;

/** One measurement that can be made again and again. */
@FunctionalInterface
public interface Trial {
    /**
     * Measures once and checks what it did; a trial that did nothing throws.
     *
     * @param length for how long it should load what it measures; setting up and checking come on top
     * @param samples takes what it found, each under a name of its own
     * @throws InterruptedException if the thread is
     */
    void run(Duration length, Sink samples) throws InterruptedException;

    /** Takes the samples of a trial. */
    @FunctionalInterface
    interface Sink {
        void add(String name, double value);
    }
}
