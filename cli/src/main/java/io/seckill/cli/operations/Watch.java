package io.seckill.cli.operations;

import io.seckill.settings.StartFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks again and again until it is interrupted. A look that fails is said so, and the next one tried.
 *
 * @param every the pause between two looks
 */
record Watch(Duration every, Runnable look, PrintWriter err) {
    int run() {
        CountDownLatch never = new CountDownLatch(1);
        try {
            do {
                lookOnce();
            } while (!never.await(every.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            err.flush(); // told to end: what was watched needs no tidying
        }
        return 0;
    }

    private void lookOnce() throws InterruptedException {
        try {
            look.run();
        } catch (StartFailure e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("a look was cut short");
            }
            err.println(e.getMessage());
            err.flush();
        }
    }
}
