/**
 * Proves that every unit is somewhere: adds up both stores at any moment, exactly while a sale runs, and names what differs.
 *
 * <p>Takes no locks. Redis is looked at first, PostgreSQL after it, and what PostgreSQL has recorded of later decisions
 * is taken out again, so that both are of the moment at which Redis was looked at.
 */
@NullMarked
package io.seckill.books.reconcile;

import org.jspecify.annotations.NullMarked;
