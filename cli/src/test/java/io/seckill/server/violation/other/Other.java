package io.seckill.server.violation.other;

import io.seckill.server.violation.one.One;
import org.jspecify.annotations.Nullable;

/** The other half. */
public record Other(@Nullable One one) {}
