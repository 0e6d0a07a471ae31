package io.seckill.cli.bench;

import io.seckill.bench.load.Rounds;
import io.seckill.bench.load.Samples;
import io.seckill.bench.load.Trial;
import io.seckill.cli.terminal.CloseStack;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What all scenarios of one run share. Used by one thread; closing it twice is safe. */
final class BenchContext implements AutoCloseable {
    private final BenchSettings settings;
    private final Clock clock;
    private final Consumer<String> progress;
    private final CloseStack opened = new CloseStack();
    private final List<String> disagreements = new ArrayList<>();
    private final Map<String, String> versions = new LinkedHashMap<>();

    private @Nullable Bed withoutWorkers;

    BenchContext(BenchSettings settings, Clock clock, Consumer<String> progress) {
        this.settings = settings;
        this.clock = clock;
        this.progress = progress;
    }

    BenchSettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    /** The stores that all scenarios without workers share, which empty Redis after each measurement. */
    Bed withoutWorkers() {
        if (withoutWorkers == null) {
            withoutWorkers = opened.push(Bed.open(this, Map.of()));
        }
        return withoutWorkers;
    }

    /** Tells the person who waits what is going on. */
    void progress(String what) {
        progress.accept(what);
    }

    /** Runs trials in as many rounds as were asked for. */
    Samples measure(String what, List<Trial> trials) throws InterruptedException {
        return new Rounds(settings.rounds(), settings.length(), round -> progress(what + ": " + round)).run(trials);
    }

    /** Those of these ascending sizes that are asked for. */
    long[] sizes(long... sizes) {
        return LongStream.of(sizes)
                .filter(size -> size == sizes[0] || size <= settings.maxSize())
                .toArray();
    }

    /** Adds what the stores and what buyers were told do not agree in; the run has failed then. */
    void disagree(String what) {
        disagreements.add(what);
        progress("DISAGREEMENT: " + what);
    }

    List<String> disagreements() {
        return List.copyOf(disagreements);
    }

    /** Notes the version of a store. */
    void version(String store, String version) {
        versions.put(store, version);
    }

    Map<String, String> versions() {
        return Map.copyOf(versions);
    }

    /** Ends what scenarios share. */
    @Override
    public void close() {
        opened.close();
    }
}
