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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reads the metrics of a part again and again, far more often than Prometheus does, until it is closed. */
final class Scraper implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int OK = 200;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final HttpRequest request;
    private final Future<?> scraping;

    /** Begins to read at once. */
    Scraper(int adminPort) {
        this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                .timeout(TIMEOUT)
                .build();
        read();
        this.scraping =
                thread.scheduleAtFixedRate(this::read, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
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

    /** Throws a {@link StartFailure} if a reading failed: metrics that nobody can read cost nothing. */
    void requireReadings() {
        if (scraping.isDone()) {
            throw new StartFailure(request.uri() + " could not be read during a measurement");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
