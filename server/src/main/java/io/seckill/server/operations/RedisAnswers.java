package io.seckill.server.operations;

import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.stock.Answers;
import io.seckill.stock.StockUnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for what Redis answers; its own time-out bounds the wait. */
final class RedisAnswers {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(RedisAnswers.class);

    private RedisAnswers() {}

    /** Fails with {@link Reason#STOCK_UNAVAILABLE}: every call of operators may be repeated, so none asks for more. */
    static <T> T await(CompletionStage<T> answer) {
        try {
            return Answers.await(answer);
        } catch (StockUnavailableException e) {
            log.warn("Redis did not serve an operator's call: {}", e.getMessage());
            throw RequestFailure.retryable(
                    Reason.STOCK_UNAVAILABLE,
                    "Redis did not serve the call; look at what is there, and repeat it",
                    RETRY_AFTER);
        }
    }
}
