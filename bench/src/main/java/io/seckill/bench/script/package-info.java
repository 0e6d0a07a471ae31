/** Lua that only a benchmark runs; what the product runs is in {@code stock}. */
@NullMarked
package io.seckill.bench.script;

import org.jspecify.annotations.NullMarked;
