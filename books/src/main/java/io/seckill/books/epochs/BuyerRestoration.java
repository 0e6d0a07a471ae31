package io.seckill.books.epochs;

import io.seckill.stock.Answers;
import io.seckill.stock.RestoreBuyersScript;
import io.seckill.stock.RestoreBuyersScript.BuyersOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run over all orders of a shard that gives Redis back what the buyers hold, before the pool of a new epoch is made.
 * It may be left and gone on with, and others may run at the same time. Blocking; owned by one thread.
 */
public final class BuyerRestoration {
    private static final int TELL_EVERY_PAGES = 100;
    private static final Logger log = LoggerFactory.getLogger(BuyerRestoration.class);

    private final DSLContext sql;
    private final RestoreBuyersScript script;
    private final ShardId shard;
    private final long epoch;
    private final List<Long> products;
    private String token = "";
    private BuyerPages pages;
    private long restored;

    public BuyerRestoration(DSLContext sql, StockRedis redis, ShardId shard, long epoch, List<Long> products) {
        this.sql = sql;
        this.script = new RestoreBuyersScript(redis);
        this.shard = shard;
        this.epoch = epoch;
        this.products = List.copyOf(products);
        this.pages = begin();
    }

    private BuyerPages begin() {
        token = UUID.randomUUID().toString();
        restored = 0;
        return new BuyerPages(sql, shard, products);
    }

    /** How far a run has come. */
    public enum Progress {
        MORE,
        /** The pool may be made now. */
        DONE,
        /** Somebody else has made it. */
        TOO_LATE
    }

    /** Restores page after page while {@code goOn}, at least one. Starts again if Redis forgets what was restored. */
    public Progress restore(BooleanSupplier goOn) {
        do {
            List<BuyersOrder> page = pages.next(RestoreBuyersScript.MAX_ORDERS);
            boolean last = pages.isAtEnd();
            switch (Answers.await(script.restore(shard, epoch, token, restored, last, page))) {
                case RESTORED -> restored++;
                case START_AGAIN -> {
                    log.warn("{}: Redis has forgotten what buyers were given back, which begins again", shard);
                    pages = begin();
                    return Progress.MORE;
                }
                case TOO_LATE -> {
                    return Progress.TOO_LATE;
                }
            }
            if (last) {
                return Progress.DONE;
            }
            if (restored % TELL_EVERY_PAGES == 0) {
                log.info("{}: {} pages of orders are given back to their buyers so far", shard, restored);
            }
        } while (goOn.getAsBoolean());
        return Progress.MORE;
    }
}
