/**
 * How a part tells of traces: OpenTelemetry, off unless there is a collector to tell, and never in the way of the work.
 *
 * <p>{@link io.seckill.observing.tracing.TraceSampler} says what is traced before anything is made for it, so that what is
 * not traced costs nothing. {@link io.seckill.observing.tracing.TraceParent} is how a trace goes on through text.
 */
@NullMarked
package io.seckill.observing.tracing;

import org.jspecify.annotations.NullMarked;
