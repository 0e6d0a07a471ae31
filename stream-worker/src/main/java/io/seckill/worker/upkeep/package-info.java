/**
 * What workers do besides recording: orders expire, units go back into pools, buyers may buy again, sales are closed.
 *
 * <p>Any number of workers may do all of it at the same time. PostgreSQL is written first and remembers what Redis does
 * not know yet, so that every step may be repeated after a crash.
 */
@NullMarked
package io.seckill.worker.upkeep;

import org.jspecify.annotations.NullMarked;
