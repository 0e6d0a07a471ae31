package io.seckill.stock;

/**
 * One shard of one activity: the unit that one script call can be atomic over.
 *
 * @param shard from 0
 */
public record ShardId(long activityId, int shard) {
    // The finalizer of MurmurHash3 (Austin Appleby, public domain): neighbouring user ids land on unrelated shards.
    private static final long MIX_1 = 0xff51afd7ed558ccdL;
    private static final long MIX_2 = 0xc4ceb9fe1a85ec53L;

    /** The home shard of a user, always the same for the same number of shards. */
    public static ShardId home(long activityId, long userId, int shards) {
        long hash = userId;
        hash = (hash ^ (hash >>> 33)) * MIX_1;
        hash = (hash ^ (hash >>> 33)) * MIX_2;
        hash ^= hash >>> 33;
        return new ShardId(activityId, (int) Long.remainderUnsigned(hash, shards));
    }

    /** The hash tag that puts all keys of this shard into one slot, such as {@code {7.0}}. */
    String tag() {
        return "{" + activityId + "." + shard + "}";
    }
}
