/**
 * How a running part of the system shows its metrics and its health, and where.
 *
 * <p>Each part has a {@link io.seckill.observing.PartRegistry} of its own and an {@link io.seckill.observing.AdminEndpoint}
 * that shows it. What is counted, and when, is the parts' own to say.
 */
@NullMarked
package io.seckill.observing;

import org.jspecify.annotations.NullMarked;
