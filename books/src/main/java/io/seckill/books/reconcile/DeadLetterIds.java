package io.seckill.books.reconcile;

import io.seckill.stock.Answers;
import io.seckill.stock.DeadLetter;
import io.seckill.stock.DeadLetterReader;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StockRedis;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where entries went that were set aside. Blocking, thread-safe. */
final class DeadLetterIds {
    private static final int MAX_PAGES = 100;

    private final DeadLetterReader reader;

    DeadLetterIds(StockRedis redis) {
        this.reader = new DeadLetterReader(redis);
    }

    /** How entries are named. */
    static String key(String stream, String id) {
        return stream + "/" + id;
    }

    /** The letters of a shard as operators name them, by {@link #key}; of very many the oldest. */
    Map<String, String> of(ShardId shard) {
        Map<String, String> ids = new HashMap<>();
        DeadLetterReader.Start start = DeadLetterReader.Start.OLDEST;
        for (int page = 0; page < MAX_PAGES; page++) {
            List<DeadLetter> letters =
                    Answers.await(reader.page(StockKeys.deadLetters(shard), start, DeadLetterReader.MAX_LETTERS));
            letters.forEach(
                    letter -> ids.put(key(letter.stream(), letter.streamId()), shard.shard() + ":" + letter.id()));
            if (letters.size() < DeadLetterReader.MAX_LETTERS) {
                break;
            }
            start = DeadLetterReader.Start.after(letters.get(letters.size() - 1).id());
        }
        return ids;
    }
}
