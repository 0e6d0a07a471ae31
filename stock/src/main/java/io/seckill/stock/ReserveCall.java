package io.seckill.stock;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.redisson.api.BatchOptions;
import org.redisson.api.BatchResult;
import org.redisson.api.RBatch;
import org.redisson.api.RScript;
import org.redisson.api.RScriptAsync;
import org.redisson.client.codec.ByteArrayCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one call of the reserve script, and waits for a replica if the policy wants one. Thread-safe. */
final class ReserveCall {
    private static final int ONE_REPLICA = 1;
    private static final Logger log = LoggerFactory.getLogger(ReserveCall.class);

    private final StockRedis redis;
    private final AcknowledgePolicy policy;

    ReserveCall(StockRedis redis, AcknowledgePolicy policy) {
        this.redis = redis;
        this.policy = policy;
    }

    /**
     * What the script answered.
     *
     * @param kept false if no replica had all that its master had written by then, or if they could not be counted
     */
    record Ran(AnswerFields answer, boolean kept) {}

    /** Runs the script of this digest; fails as Redisson does, and never throws. */
    CompletionStage<Ran> run(String digest, List<String> keys, byte[]... arguments) {
        try {
            return policy.level() == AcknowledgePolicy.Level.REPLICA
                    ? runAndWait(digest, keys, arguments)
                    : evaluate(redis.packedScripts(), digest, keys, arguments)
                            .thenApply(answer -> new Ran(new AnswerFields(answer), true));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletionStage<byte[]> evaluate(
            RScriptAsync scripts, String digest, List<String> keys, byte[]... arguments) {
        return scripts.evalShaAsync(
                RScript.Mode.READ_WRITE, digest, RScript.ReturnType.VALUE, List.copyOf(keys), (Object[]) arguments);
    }

    /**
     * Waits for the replica on the same connection, which alone makes Redis count what the script read and wrote. Once the
     * script has answered, nothing that comes after makes it fail.
     */
    private CompletionStage<Ran> runAndWait(String digest, List<String> keys, byte[]... arguments) {
        RBatch batch = redis.batch(BatchOptions.defaults().sync(ONE_REPLICA, policy.replicaTimeout()));
        CompletableFuture<byte[]> answer = evaluate(batch.getScript(ByteArrayCodec.INSTANCE), digest, keys, arguments)
                .toCompletableFuture();
        return batch.executeAsync()
                .handle((done, failure) -> ran(answer, done, failure))
                .thenCompose(result -> result);
    }

    /** A wait that fails takes nothing back of what the script did. */
    private static CompletionStage<Ran> ran(
            CompletableFuture<byte[]> answer, @Nullable BatchResult<?> done, @Nullable Throwable failure) {
        if (failure == null && done != null) {
            return answer.thenApply(bytes -> new Ran(new AnswerFields(bytes), done.getSyncedSlaves() >= ONE_REPLICA));
        }
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            log.debug("the orders are decided, but the replicas were not counted", failure);
            return answer.thenApply(bytes -> new Ran(new AnswerFields(bytes), false));
        }
        return CompletableFuture.failedFuture(Objects.requireNonNull(failure));
    }
}
