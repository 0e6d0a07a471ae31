/** The process that sells: wiring, settings and start. {@code grpc} calls {@code selling} and {@code activity}. */
@NullMarked
package io.seckill.server;

import org.jspecify.annotations.NullMarked;
