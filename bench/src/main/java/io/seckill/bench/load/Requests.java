package io.seckill.bench.load;

import io.seckill.v1.SeckillRequest;

/** Where the requests of a load come from. Implementations are thread-safe. */
@FunctionalInterface
public interface Requests {
    /** The next one, under this request id. */
    SeckillRequest next(String requestId);
}
