package io.seckill.bench;

import java.util.UUID;

/**
 * Two orders that one buyer was told of, though he may have one only. It can be true if PostgreSQL sold to him too while
 * Redis was away, and one of them is superseded.
 *
 * @param sentence what is wrong otherwise
 */
public record TwoOrders(UUID first, UUID second, String sentence) {}
