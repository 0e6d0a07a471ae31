/** The gRPC services: messages to values and back, and failures to statuses. */
@NullMarked
package io.seckill.server.grpc;

import org.jspecify.annotations.NullMarked;
