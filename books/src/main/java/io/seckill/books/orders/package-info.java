/**
 * What becomes of recorded orders: paid, cancelled, expired, rejected, each by one guarded update.
 *
 * <p>The units of an order that came to nothing go back to {@code activity_items.unallocated} in the same transaction.
 */
@NullMarked
package io.seckill.books.orders;

import org.jspecify.annotations.NullMarked;
