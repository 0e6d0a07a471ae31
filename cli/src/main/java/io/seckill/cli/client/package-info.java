/** Commands that call a running server over gRPC, for people and for scripts. */
@NullMarked
package io.seckill.cli.client;

import org.jspecify.annotations.NullMarked;
