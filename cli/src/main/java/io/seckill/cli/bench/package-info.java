/**
 * The benchmark: what starts the parts that are measured, what each scenario measures, and how it is told. How load is
 * made and what it is compared with is in {@code io.seckill.bench}.
 */
@NullMarked
package io.seckill.cli.bench;

import org.jspecify.annotations.NullMarked;
