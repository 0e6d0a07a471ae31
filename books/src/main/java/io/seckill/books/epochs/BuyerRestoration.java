package io.seckill.books.epochs;

import io.seckill.stock.Answers;
import io.seckill.stock.RestoreBuyersScript;
import io.seckill.stock.RestoreBuyersScript.BuyersOrder;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockRedis;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
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

    /** Pages that Redis has not confirmed yet: the one that it is given, and the one after. */
    private final Queue<Page> read = new ArrayDeque<>();

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
        read.clear();
        return new BuyerPages(sql, shard, products);
    }

    private record Page(List<BuyersOrder> orders, boolean last) {}

    /** How far a run has come. */
    public enum Progress {
        MORE,
        /** The pool may be made now. */
        DONE,
        /** Somebody else has made it. */
        TOO_LATE
    }

    /**
     * Restores page after page while {@code goOn}, at least one. Starts again if Redis forgets what was restored. May fail as
     * either store does, and then goes on where it was.
     */
    public Progress restore(BooleanSupplier goOn) {
        do {
            if (read.isEmpty()) {
                read.add(nextPage());
            }
            Page page = read.element();
            CompletionStage<RestoreBuyersScript.Outcome> sent =
                    script.restore(shard, epoch, token, restored, page.last(), page.orders());
            if (!page.last() && read.size() == 1) {
                read.add(nextPage()); // while Redis works
            }
            switch (Answers.await(sent)) {
                case RESTORED -> {
                    read.remove();
                    restored++;
                }
                case START_AGAIN -> {
                    log.warn("{}: Redis has forgotten what buyers were given back, which begins again", shard);
                    pages = begin();
                    return Progress.MORE;
                }
                case TOO_LATE -> {
                    return Progress.TOO_LATE;
                }
            }
            if (page.last()) {
                return Progress.DONE;
            }
            if (restored % TELL_EVERY_PAGES == 0) {
                log.info("{}: {} pages of orders are given back to their buyers so far", shard, restored);
            }
        } while (goOn.getAsBoolean());
        return Progress.MORE;
    }

    private Page nextPage() {
        List<BuyersOrder> orders = pages.next(RestoreBuyersScript.MAX_ORDERS);
        return new Page(orders, pages.isAtEnd());
    }
}
