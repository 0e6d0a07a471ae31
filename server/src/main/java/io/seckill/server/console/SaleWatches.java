package io.seckill.server.console;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.ListActivitiesResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** All sales that somebody looks at. Thread-safe. */
final class SaleWatches {
    /** Sales that are remembered; of more, those that nobody has looked at for the longest are forgotten. */
    private static final int MAX_SALES = 32;

    private static final Duration LIST_PACE = Duration.ofSeconds(2);
    private static final int LISTED = 50;
    private static final Duration DEADLINE = Duration.ofMillis(2_500);

    /** Longer than one reading may take, shorter than a browser waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ServiceCalls calls;
    private final Console.ThisServer thisServer;
    private final Clock clock;
    private final Semaphore adding = new Semaphore(1);
    private final Part<ListActivitiesResponse> list = new Part<>(System::nanoTime);
    private final Cache<Long, SaleWatch> watches = Caffeine.newBuilder()
            .maximumSize(MAX_SALES)
            .expireAfterAccess(SaleHistory.LENGTH)
            .build();

    SaleWatches(ServiceCalls calls, Console.ThisServer thisServer, Clock clock) {
        this.calls = calls;
        this.thisServer = thisServer;
        this.clock = clock;
    }

    /** The latest activities. */
    JsonObject list(Viewer viewer) {
        await(list.refresh(
                LIST_PACE,
                () -> calls.call(
                        ActivityServiceGrpc.getListActivitiesMethod(),
                        ListActivitiesRequest.newBuilder().setPageSize(LISTED).build(),
                        viewer.credentials(),
                        DEADLINE)));
        JsonObject json = Json.of(list.known(), SaleWatches::sales);
        json.add("caller", Json.of(viewer));
        return json;
    }

    private static JsonElement sales(ListActivitiesResponse found) {
        JsonArray sales = new JsonArray();
        found.getActivitiesList().forEach(sale -> sales.add(Json.of(sale)));
        return sales;
    }

    /**
     * One sale.
     *
     * @param after its history is told from this moment on, in milliseconds since 1970
     */
    JsonObject state(long activityId, long after, Viewer viewer) {
        SaleWatch watch = watches.get(
                activityId, id -> new SaleWatch(id, calls, thisServer.counts(), adding, clock, System::nanoTime));
        await(watch.look(viewer));
        JsonObject json = StateJson.of(
                watch,
                thisServer.counts().apply(activityId),
                thisServer.epochs().apply(activityId),
                after);
        json.addProperty("now", clock.millis());
        json.add("caller", Json.of(viewer));
        return json;
    }

    /** Has what an action changed be read by the next look. */
    void changed(long activityId) {
        SaleWatch watch = watches.getIfPresent(activityId);
        if (watch != null) {
            watch.expire();
        }
        list.expire();
    }

    /** What is not there by then is shown as it was, with its age. */
    private static void await(CompletableFuture<Void> reading) {
        try {
            reading.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            return;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reading keeps its failure", e);
        }
    }
}
