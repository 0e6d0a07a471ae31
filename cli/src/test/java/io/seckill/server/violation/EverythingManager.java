package io.seckill.server.violation;

import io.seckill.worker.WorkerSettings;
import java.time.Instant;
import org.redisson.api.RedissonClient;

/** A server's class that meets the worker, talks to Redis, reads the wall clock, sleeps and prints. */
record EverythingManager(WorkerSettings worker, RedissonClient redis) {
    void breakRules() throws InterruptedException {
        Thread.sleep(1);
        System.out.println(Instant.now());
    }
}
