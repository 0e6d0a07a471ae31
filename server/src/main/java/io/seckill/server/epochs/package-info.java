/**
 * What this server saw of the pools that it sells from, and what it acknowledged, in case Redis forgets it.
 *
 * <p>In memory and bounded; nothing of it costs selling a round trip.
 */
@NullMarked
package io.seckill.server.epochs;

import org.jspecify.annotations.NullMarked;
