package io.seckill.worker;

import io.seckill.migrations.PostgresSettings;
import io.seckill.stock.RedisSettings;
import java.util.List;

/**
 * What a worker needs to know.
 *
 * @param streams those that other systems write to, read besides the streams of the activities
 */
public record WorkerSettings(RedisSettings redis, PostgresSettings postgres, List<String> streams, Pace pace) {
    public WorkerSettings {
        streams = List.copyOf(streams);
    }

    /** A worker with the default pace that reads the streams of the activities. */
    public static WorkerSettings of(RedisSettings redis, PostgresSettings postgres) {
        return new WorkerSettings(redis, postgres, List.of(), Pace.DEFAULT);
    }

    public WorkerSettings withStreams(List<String> others) {
        return new WorkerSettings(redis, postgres, others, pace);
    }

    public WorkerSettings withPace(Pace other) {
        return new WorkerSettings(redis, postgres, streams, other);
    }
}
