/**
 * Records: reads decisions from the streams and makes them durable in PostgreSQL, exactly once in effect.
 *
 * <p>An entry leaves its stream only after the commit that recorded it, or into the dead letters with a reason.
 * Whatever crashes in between, the entry is read again and recognised by the unique constraints of the tables.
 */
@NullMarked
package io.seckill.worker;

import org.jspecify.annotations.NullMarked;
