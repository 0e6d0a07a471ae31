package io.seckill.stock;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for what Redis answers; its own time-out bounds the wait. */
public final class Answers {
    private Answers() {}

    /** Fails with {@link StockUnavailableException} itself rather than with a wrapper of it. */
    public static <T> T await(CompletionStage<T> answer) {
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
