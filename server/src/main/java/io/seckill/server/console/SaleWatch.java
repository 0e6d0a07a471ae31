package io.seckill.server.console;

import io.seckill.server.selling.SaleTally;
import io.seckill.stock.ReserveOutcome;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.DescribeStreamsResponse;
import io.seckill.v1.GetActivityRequest;
import io.seckill.v1.GetActivityResponse;
import io.seckill.v1.GetStockRequest;
import io.seckill.v1.GetStockResponse;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * One sale that somebody looks at: what was read of it last, and its history. However many look, each part is read at its own
 * pace. Thread-safe.
 */
final class SaleWatch {
    /** Shorter than the pace of the page, so that what it gets is new. */
    private static final Duration EACH_LOOK = Duration.ofMillis(900);

    private static final Duration LARGE_STREAMS = Duration.ofSeconds(5);
    private static final Duration LETTERS = Duration.ofSeconds(5);
    private static final Duration BOOKS = Duration.ofSeconds(15);

    /** Above this a description of all streams is no small thing. */
    private static final int MANY_STREAMS = 200;

    private static final int SHOWN_LETTERS = 5;
    private static final Duration DEADLINE = Duration.ofMillis(2_500);
    private static final Duration BOOKS_DEADLINE = Duration.ofSeconds(30);

    final Part<GetActivityResponse> activity;
    final Part<GetStockResponse> stock;
    final Part<DescribeStreamsResponse> streams;
    final Part<ListDeadLettersResponse> letters;
    final Part<ReconcileResponse> books;
    final SaleHistory history = new SaleHistory();

    private final long activityId;
    private final ServiceCalls calls;
    private final LongFunction<SaleTally.Counts> counts;
    private final Semaphore adding;
    private final Clock clock;

    /**
     * @param counts what this server counted of a sale
     * @param adding one permit for each sale whose books may be added up at a time
     */
    SaleWatch(
            long activityId,
            ServiceCalls calls,
            LongFunction<SaleTally.Counts> counts,
            Semaphore adding,
            Clock clock,
            LongSupplier nanoTime) {
        this.activityId = activityId;
        this.calls = calls;
        this.counts = counts;
        this.adding = adding;
        this.clock = clock;
        this.activity = new Part<>(nanoTime);
        this.stock = new Part<>(nanoTime);
        this.streams = new Part<>(nanoTime);
        this.letters = new Part<>(nanoTime);
        this.books = new Part<>(nanoTime);
    }

    /** Reads again what is due. Done when what can be read fast was, well or not; never fails. */
    CompletableFuture<Void> look(Viewer viewer) {
        CompletableFuture<Void> rules = activity.refresh(
                EACH_LOOK,
                () -> calls.call(
                        ActivityServiceGrpc.getGetActivityMethod(),
                        GetActivityRequest.newBuilder()
                                .setActivityId(activityId)
                                .build(),
                        viewer.credentials(),
                        DEADLINE));
        return activity.known().value().isPresent()
                ? CompletableFuture.allOf(rules, numbers(viewer))
                : rules.thenCompose(done -> numbers(viewer));
    }

    /** What there is to read once it is known what is sold. */
    private CompletableFuture<Void> numbers(Viewer viewer) {
        Activity sale = activity.known()
                .value()
                .map(GetActivityResponse::getActivity)
                .filter(SaleWatch::isLoaded)
                .orElse(null);
        if (sale == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> left = stock.refresh(
                EACH_LOOK,
                () -> calls.call(
                                SeckillServiceGrpc.getGetStockMethod(),
                                GetStockRequest.newBuilder()
                                        .setActivityId(activityId)
                                        .build(),
                                viewer.credentials(),
                                DEADLINE)
                        .whenComplete((read, failure) -> {
                            if (read != null) {
                                remember(sale, read);
                            }
                        }));
        boolean many = sale.getShards() * (sale.getProductsCount() + 1L) > MANY_STREAMS;
        CompletableFuture<Void> waiting = streams.refresh(
                many ? LARGE_STREAMS : EACH_LOOK,
                () -> calls.call(
                        OperationsServiceGrpc.getDescribeStreamsMethod(),
                        DescribeStreamsRequest.newBuilder()
                                .setActivityId(activityId)
                                .build(),
                        viewer.credentials(),
                        DEADLINE));
        readLetters(viewer);
        addUpBooks(viewer);
        return CompletableFuture.allOf(left, waiting);
    }

    private void readLetters(Viewer viewer) {
        CompletableFuture<Void> unused = letters.refresh(
                LETTERS,
                () -> calls.call(
                        OperationsServiceGrpc.getListDeadLettersMethod(),
                        ListDeadLettersRequest.newBuilder()
                                .setActivityId(activityId)
                                .setPageSize(SHOWN_LETTERS)
                                .build(),
                        viewer.credentials(),
                        DEADLINE));
    }

    /** Only if nothing else is being added up for the console: operators are to find a turn too. */
    private void addUpBooks(Viewer viewer) {
        if (!adding.tryAcquire()) {
            return;
        }
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<Void> unused = books.refresh(BOOKS, () -> {
            begun.set(true);
            return calls.call(
                            OperationsServiceGrpc.getReconcileMethod(),
                            ReconcileRequest.newBuilder()
                                    .setActivityId(activityId)
                                    .build(),
                            viewer.credentials(),
                            BOOKS_DEADLINE)
                    .whenComplete((read, failure) -> adding.release());
        });
        if (!begun.get()) {
            adding.release();
        }
    }

    private void remember(Activity sale, GetStockResponse read) {
        SaleTally.Counts counted = counts.apply(activityId);
        Delays delays = streams.known().value().map(Delays::of).orElse(Delays.NONE);
        history.add(
                new SaleHistory.Numbers(
                        clock.millis(),
                        sale.getState() == Activity.State.PAUSED,
                        counted.of(ReserveOutcome.ACCEPTED),
                        counted.refused(),
                        counted.failed(),
                        delays.record().toMillis()),
                read.getProductsList());
    }

    /** Whether Redis has it. */
    static boolean isLoaded(Activity sale) {
        return sale.hasPreheatTime() && !sale.hasCloseTime();
    }

    /** Has what an action changed be read by the next look. */
    void expire() {
        activity.expire();
        stock.expire();
    }
}
