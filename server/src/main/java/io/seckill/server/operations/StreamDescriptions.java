package io.seckill.server.operations;

import io.seckill.server.activity.SaleRules;
import io.seckill.server.failure.Violations;
import io.seckill.server.selling.SaleCatalog;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamInspector;
import io.seckill.stock.StreamState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The streams of an activity as they are now, its dead letters among them, also while PostgreSQL is away.
 * Blocking, thread-safe.
 */
public final class StreamDescriptions {
    private final SaleCatalog sales;
    private final StreamInspector inspector;

    public StreamDescriptions(SaleCatalog sales, StreamInspector inspector) {
        this.sales = sales;
        this.inspector = inspector;
    }

    /** One state for each stream, by key; streams of one shard in hundreds, each hundred at one moment. */
    public List<StreamState> describe(long activityId) {
        Violations violations = new Violations();
        violations.checkId("activity_id", activityId);
        violations.throwIfAny();
        SaleRules rules = sales.require(activityId);
        List<StreamState> states = new ArrayList<>();
        for (int shard = 0; shard < rules.shards(); shard++) {
            List<String> streams = streams(rules, new ShardId(activityId, shard));
            for (int from = 0; from < streams.size(); from += StreamInspector.MAX_STREAMS) {
                int to = Math.min(from + StreamInspector.MAX_STREAMS, streams.size());
                states.addAll(RedisAnswers.await(inspector.describe(streams.subList(from, to))));
            }
        }
        states.sort(Comparator.comparing(StreamState::stream));
        return states;
    }

    private static List<String> streams(SaleRules rules, ShardId shard) {
        List<String> streams = new ArrayList<>();
        rules.totals().keySet().forEach(product -> streams.add(StockKeys.stream(shard, product)));
        streams.add(StockKeys.deadLetters(shard));
        return streams;
    }
}
