package io.seckill.cli.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a sale in the console once a second, as a page does, so that whoever opens it later sees the sale from its start.
 * Has a thread of its own.
 */
final class FirstViewer implements AutoCloseable {
    private static final Duration EACH = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "first-viewer");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient client =
            HttpClient.newBuilder().executor(executor).connectTimeout(PATIENCE).build();
    private final HttpRequest look;

    /** @param console the address of the page */
    FirstViewer(String console, long activityId) {
        long farAhead = Long.MAX_VALUE / 10; // so that none of its history is sent
        this.look = HttpRequest.newBuilder(
                        URI.create(console).resolve("state?activity=" + activityId + "&after=" + farAhead))
                .timeout(PATIENCE)
                .build();
        ScheduledFuture<?> unused = executor.scheduleAtFixedRate(this::look, 0, EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One look; a look that fails is missed by nobody. */
    private void look() {
        CompletableFuture<HttpResponse<Void>> unused = client.sendAsync(look, HttpResponse.BodyHandlers.discarding());
    }

    /** Looks no more. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
