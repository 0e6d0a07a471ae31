/**
 * The ledger's Redis half: the one place that knows key names, Lua scripts and the fields of stream entries, and the
 * only one that talks to Redis.
 *
 * <p>Each script in {@code lua/} has one class here and one contract test. Scripts may be run again after a lost
 * answer; the second time gives the answer of the first.
 */
@NullMarked
package io.seckill.stock;

import org.jspecify.annotations.NullMarked;
