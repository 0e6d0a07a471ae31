/** Everything in one process for development, with data that is kept. */
@NullMarked
package io.seckill.cli.up;

import org.jspecify.annotations.NullMarked;
