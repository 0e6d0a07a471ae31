package io.seckill.stock;

/**
 * One product in one pool, as whoever moves units sees it.
 *
 * @param allocationId the allocation whose units it holds
 * @param cum units ever spent from the allocation
 * @param remaining units that can still be spent
 * @param reach what the pool was told of the units that it has spent, has, and may still get
 * @param want the quantity of an order that lacked units since some last came, or 0
 */
public record PoolStand(long allocationId, long cum, long remaining, long reach, long want) {}
