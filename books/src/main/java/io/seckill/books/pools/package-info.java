/**
 * The pools in Redis as PostgreSQL wants them: what was granted, and what is to come back.
 *
 * <p>PostgreSQL is written first; each move of units has an id by which Redis makes it once.
 */
@NullMarked
package io.seckill.books.pools;

import org.jspecify.annotations.NullMarked;
