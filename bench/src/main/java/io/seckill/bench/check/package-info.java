/** Whether the stores agree with what buyers were told, by counting: cheap enough for millions of orders. */
@NullMarked
package io.seckill.bench.check;

import org.jspecify.annotations.NullMarked;
