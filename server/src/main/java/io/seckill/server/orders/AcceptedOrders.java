package io.seckill.server.orders;

import io.seckill.books.recording.FailureKind;
import io.seckill.server.activity.SaleRules;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.selling.SaleCatalog;
import io.seckill.stock.BuyersReader;
import io.seckill.stock.HeldOrder;
import io.seckill.stock.ShardId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Orders as Redis has them from the instant they were accepted, until their sale is closed. Blocking, thread-safe. */
public final class AcceptedOrders {
    private static final Logger log = LoggerFactory.getLogger(AcceptedOrders.class);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);

    /** Longer than the stores let a caller wait: it only ends what a store that is being closed never answers. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final SaleCatalog catalog;
    private final BuyersReader buyers;

    public AcceptedOrders(SaleCatalog catalog, BuyersReader buyers) {
        this.catalog = catalog;
        this.buyers = buyers;
    }

    /**
     * The latest order of one user in one activity that is the one meant.
     *
     * @return nothing also if the sale is not loaded yet or was closed
     * @throws RequestFailure if there is no such activity, or a store does not say
     */
    Optional<AcceptedOrder> find(long activityId, long userId, Predicate<HeldOrder> meant) {
        SaleRules rules = rules(activityId);
        if (!rules.isPreheated()) {
            return Optional.empty();
        }
        ShardId home = rules.homeOf(userId);
        return await(
                        buyers.read(home, userId),
                        Reason.STOCK_UNAVAILABLE,
                        "Redis does not say what the user holds in activity " + activityId)
                .stream()
                .filter(meant)
                .reduce((earlier, later) -> later)
                .map(held -> new AcceptedOrder(home, held));
    }

    private SaleRules rules(long activityId) {
        Optional<SaleRules> found = await(
                catalog.rules(activityId),
                Reason.DATABASE_UNAVAILABLE,
                "the rules of activity " + activityId + " cannot be read");
        return found.orElseThrow(() -> RequestFailure.of(
                Reason.ACTIVITY_NOT_FOUND, "activity_id: " + activityId + " (expected: an activity that exists)"));
    }

    private static <T> T await(CompletionStage<T> stage, Reason reason, String what) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("{}: {}", what, FailureKind.firstLine(e));
            throw RequestFailure.retryable(reason, what, RETRY_LATER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RequestFailure.retryable(Reason.SHUTTING_DOWN, "this server is shutting down", RETRY_LATER);
        }
    }
}
