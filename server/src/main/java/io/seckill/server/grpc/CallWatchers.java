package io.seckill.server.grpc;

import io.seckill.server.limits.InFlight;

/** What looks at all that buyers ask: how much of it is under way, what traces are told, who was refused. */
public record CallWatchers(InFlight inFlight, CallTracing tracing, RefusedCalls refusals) {}
