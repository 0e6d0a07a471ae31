/** Commands with which operators look after streams and dead letters on a running server. */
@NullMarked
package io.seckill.cli.operations;

import org.jspecify.annotations.NullMarked;
