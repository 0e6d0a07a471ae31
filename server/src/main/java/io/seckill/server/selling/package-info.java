/**
 * The hot path: a request becomes an order in a batch, and a batch one script call. Asynchronous: no method blocks,
 * and none knows gRPC.
 */
@NullMarked
package io.seckill.server.selling;

import org.jspecify.annotations.NullMarked;
