package io.seckill.cli.bench;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.Requests;
import java.time.Duration;

/** A way to call a server. */
@FunctionalInterface
interface Load {
    /** Loads a server for so long. */
    LoadResult run(Address server, Requests requests, Duration length) throws InterruptedException;
}
