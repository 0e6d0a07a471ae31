/** What a benchmark found: figures, each beside its ceiling and its target. */
@NullMarked
package io.seckill.bench.report;

import org.jspecify.annotations.NullMarked;
