package io.seckill.stock;

/**
 * One product in one pool.
 *
 * @param allocationId the allocation whose units it holds
 * @param cum units ever spent from the allocation
 * @param remaining units that can still be spent
 */
public record ProductPool(long allocationId, long cum, long remaining) {}
