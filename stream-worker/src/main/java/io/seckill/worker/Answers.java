package io.seckill.worker;

import io.seckill.stock.StockUnavailableException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for what Redis answers; its own time-out bounds the wait. */
final class Answers {
    private Answers() {}

    /** Fails with {@link StockUnavailableException} itself rather than with a wrapper of it. */
    static <T> T await(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StockUnavailableException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
