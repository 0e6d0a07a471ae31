/** What the product is measured against: the same work done by others, or as little work as can be done. */
@NullMarked
package io.seckill.bench.ceiling;

import org.jspecify.annotations.NullMarked;
