package io.seckill.cli.bench;

import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads the metrics of a part again and again, far more often than Prometheus does, until it is closed. */
final class Scraper implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final HttpRequest request;
    private volatile @Nullable StartFailure failure;

    /** Begins to read at once. */
    Scraper(int adminPort) {
        this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                .timeout(TIMEOUT)
                .build();
        read();
        ScheduledFuture<?> unused =
                thread.scheduleAtFixedRate(this::readAgain, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void readAgain() {
        try {
            read();
        } catch (StartFailure e) {
            failure = e; // told by requireReadings
        }
    }

    private void read() {
        try {
            HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != OK) {
                throw new StartFailure(request.uri() + " answered " + answer.statusCode());
            }
        } catch (IOException e) {
            throw new StartFailure(request.uri() + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what a reading failed of, if one did: metrics that nobody can read cost nothing. */
    void requireReadings() {
        StartFailure last = failure;
        if (last != null) {
            throw last;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
