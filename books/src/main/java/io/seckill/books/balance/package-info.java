/**
 * Units of open sales that go where they are asked for: from {@code unallocated} to pools, and from pool to pool by way of
 * it, so that nothing stays unsold while somebody asks for it.
 *
 * <p>Moves are rows in PostgreSQL before anything happens in Redis, and each happens there once. Any number of workers may
 * plan at the same time; what one plans from a look that another has overtaken is dropped.
 */
@NullMarked
package io.seckill.books.balance;

import org.jspecify.annotations.NullMarked;
