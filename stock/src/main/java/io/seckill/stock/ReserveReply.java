package io.seckill.stock;

import java.util.List;
import java.util.Map;

/** The answer to a batch: decisions on all of its orders, or the reason why none was decided. */
public sealed interface ReserveReply {
    /**
     * Every order was decided.
     *
     * @param decisions in the order of the batch
     * @param products how each product that the batch asked for stands now; none for one the pool does not have
     * @param kept false if what was decided is not yet where the {@link AcknowledgePolicy} wants it: another master may
     *     know nothing of it, and no order may be told of
     */
    record Decided(List<Decision> decisions, Map<Long, ProductPool> products, boolean kept) implements ReserveReply {}

    /** There is no pool: not loaded yet, or lost. Nothing was decided. */
    record NotLoaded() implements ReserveReply {}

    /** The pool is of another generation. Nothing was decided. */
    record StaleEpoch(long poolEpoch) implements ReserveReply {}

    /** A stream takes no entries. Nothing was decided. */
    record StreamBroken(long productId, String why) implements ReserveReply {}

    /**
     * Redis is another run than the one that decided for this shard before: started again, or another master. It may have
     * forgotten something. Nothing was decided; the next batch will be.
     */
    record Restarted() implements ReserveReply {}
}
