package io.seckill.server.epochs;

import io.seckill.stock.ShardId;

/** One generation of one pool. */
record PoolKey(ShardId shard, long epoch) {}
