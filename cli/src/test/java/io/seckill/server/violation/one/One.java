package io.seckill.server.violation.one;

import io.seckill.server.violation.other.Other;
import org.jspecify.annotations.Nullable;

/** Half of a cycle of packages. */
public record One(@Nullable Other other) {}
