package io.seckill.stock;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of all keys in Redis. */
public final class StockKeys {
    /** The consumer group of every stream. */
    public static final String GROUP = "g1";

    private static final String DATABASE_PREFIX = "database:seckill:";
    private static final int UUID_LENGTH = 36;
    private static final String STREAM_PREFIX = "stream:seckill:";
    private static final Pattern STREAM = Pattern.compile(STREAM_PREFIX + "(\\{\\d+\\.\\d+}:)?(\\d{1,19})");
    private static final Pattern TAG = Pattern.compile(STREAM_PREFIX + "(\\{\\d+\\.\\d+}):.*");

    private StockKeys() {}

    public static String pool(ShardId shard) {
        return "seckill:" + shard.tag() + ":pool";
    }

    public static String buyers(ShardId shard) {
        return "seckill:" + shard.tag() + ":buyers";
    }

    public static String grants(ShardId shard) {
        return "seckill:" + shard.tag() + ":grants";
    }

    /**
     * Where the requests of users are counted, one hash for spans of time of an even number and one for those of
     * an odd one. They expire by themselves.
     *
     * @param parity 0 or 1
     */
    public static String rates(ShardId shard, int parity) {
        return "seckill:" + shard.tag() + ":rates:" + parity;
    }

    public static String returns(ShardId shard) {
        return "seckill:" + shard.tag() + ":returns";
    }

    /** The keys of a shard that are hashes and stay until they are removed. */
    static List<String> hashes(ShardId shard) {
        return List.of(pool(shard), buyers(shard), grants(shard), returns(shard));
    }

    public static String stream(ShardId shard, long productId) {
        return STREAM_PREFIX + shard.tag() + ":" + productId;
    }

    /** True for what stands for a stream where PostgreSQL sold a line by itself. */
    public static boolean isDatabaseStream(String stream) {
        return stream.startsWith(DATABASE_PREFIX);
    }

    /** What stands for a stream where PostgreSQL sold a line by itself; no such key is in Redis. */
    public static String databaseStream(long activityId, long productId) {
        return DATABASE_PREFIX + "{" + activityId + "}:" + productId;
    }

    /** Where a line is from that was sold to a buyer of a shard: PostgreSQL names its own after their order. */
    public static String streamOf(ShardId home, long productId, String streamId) {
        return streamId.length() == UUID_LENGTH
                ? databaseStream(home.activityId(), productId)
                : stream(home, productId);
    }

    public static String deadLetters(ShardId shard) {
        return STREAM_PREFIX + shard.tag() + ":dlq";
    }

    /** Where letters of a stream go: the shard's dead letters, or a key in the slot of a stream without a shard. */
    public static String deadLettersOf(String stream) {
        Matcher matcher = TAG.matcher(stream);
        return matcher.matches() ? STREAM_PREFIX + matcher.group(1) + ":dlq" : "{" + stream + "}:dlq";
    }

    /** The product that a stream is of, or empty if it is not named {@code stream:seckill:[{a.s}:]<product>}. */
    public static OptionalLong productOf(String stream) {
        Matcher matcher = STREAM.matcher(stream);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(matcher.group(2)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // beyond the largest id that a product can have
        }
    }

    /** What decides the slot of a stream's key: streams of which it is equal may share one script call. */
    public static String slotOf(String stream) {
        Matcher matcher = TAG.matcher(stream);
        return matcher.matches() ? matcher.group(1) : stream;
    }

    /** True for the stream of a shard, whose entries are ours; false for one that other systems write to. */
    public static boolean isShardStream(String stream) {
        return TAG.matcher(stream).matches();
    }

    /** The shard that a stream belongs to, or empty if other systems write to it. */
    public static Optional<ShardId> shardOf(String stream) {
        Matcher matcher = TAG.matcher(stream);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String[] parts =
                matcher.group(1).substring(1, matcher.group(1).length() - 1).split("\\.", 2);
        return Optional.of(new ShardId(Long.parseLong(parts[0]), Integer.parseInt(parts[1])));
    }

    /** The activity that a shard's stream belongs to. */
    static long activityOf(String stream) {
        Matcher matcher = TAG.matcher(stream);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("stream: " + stream + " (expected: the stream of a shard)");
        }
        String tag = matcher.group(1);
        return Long.parseLong(tag.substring(1, tag.indexOf('.')));
    }
}
