/**
 * Selling from PostgreSQL while Redis is away, out of the units that no pool in Redis may sell.
 *
 * <p>What is sold here is a grant to the database's own pool and its recording in one transaction, so that an order of
 * this path lives on like any other. Redis cannot spend these units, and so nothing is sold twice.
 */
@NullMarked
package io.seckill.books.fallback;

import org.jspecify.annotations.NullMarked;
