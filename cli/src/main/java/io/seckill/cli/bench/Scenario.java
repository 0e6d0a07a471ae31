package io.seckill.cli.bench;

import io.seckill.bench.report.Measurement;
import java.util.List;

/** One question about how fast the product is, and the measurements that answer it. */
interface Scenario {
    /** What it is called on the command line. */
    String name();

    /** The question, in a sentence. */
    String question();

    /**
     * Starts what it needs, measures, checks that the stores agree with what buyers were told, and ends what it
     * started. What does not agree goes to {@link BenchContext#disagree}.
     *
     * @throws io.seckill.settings.StartFailure if something cannot be started, or does not answer
     * @throws InterruptedException if the thread is
     */
    List<Measurement> run(BenchContext context) throws InterruptedException;
}
