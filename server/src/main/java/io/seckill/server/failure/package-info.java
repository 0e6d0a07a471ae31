/** The ways in which a call cannot be served, whatever protocol it came by. */
@NullMarked
package io.seckill.server.failure;

import org.jspecify.annotations.NullMarked;
