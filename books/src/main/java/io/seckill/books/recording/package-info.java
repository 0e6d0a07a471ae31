/**
 * Records lines: decoded entries become orders, rows of {@code seckill_logs} and entries in the books, once.
 *
 * <p>The unique constraints of the tables, not the code, make a redelivery harmless.
 */
@NullMarked
package io.seckill.books.recording;

import org.jspecify.annotations.NullMarked;
