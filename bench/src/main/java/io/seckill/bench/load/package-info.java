/** Load on one server that costs the machine as little as it can, and what came of it, round by round. */
@NullMarked
package io.seckill.bench.load;

import org.jspecify.annotations.NullMarked;
