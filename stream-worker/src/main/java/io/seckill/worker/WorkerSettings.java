package io.seckill.worker;

import io.seckill.migrations.PostgresSettings;
import io.seckill.observing.AdminSettings;
import io.seckill.observing.tracing.TracingSettings;
import io.seckill.stock.RedisSettings;
import io.seckill.worker.upkeep.UpkeepSettings;
import java.util.List;

/**
 * What a worker needs to know.
 *
 * @param streams those that other systems write to, read besides the streams of the activities
 */
public record WorkerSettings(
        RedisSettings redis,
        PostgresSettings postgres,
        List<String> streams,
        Pace pace,
        FailureSettings failures,
        UpkeepSettings upkeep,
        AdminSettings admin,
        TracingSettings tracing) {
    public WorkerSettings {
        streams = List.copyOf(streams);
    }

    /** A worker with the defaults that reads the streams of the activities, and of which nothing is shown. */
    public static WorkerSettings of(RedisSettings redis, PostgresSettings postgres) {
        return new WorkerSettings(
                redis,
                postgres,
                List.of(),
                Pace.DEFAULT,
                FailureSettings.DEFAULT,
                UpkeepSettings.DEFAULT,
                AdminSettings.off(),
                TracingSettings.off());
    }

    public WorkerSettings withStreams(List<String> others) {
        return new WorkerSettings(redis, postgres, others, pace, failures, upkeep, admin, tracing);
    }

    public WorkerSettings withPace(Pace other) {
        return new WorkerSettings(redis, postgres, streams, other, failures, upkeep, admin, tracing);
    }

    public WorkerSettings withFailures(FailureSettings other) {
        return new WorkerSettings(redis, postgres, streams, pace, other, upkeep, admin, tracing);
    }

    public WorkerSettings withUpkeep(UpkeepSettings other) {
        return new WorkerSettings(redis, postgres, streams, pace, failures, other, admin, tracing);
    }

    /** The same, shown elsewhere. */
    public WorkerSettings withAdmin(AdminSettings other) {
        return new WorkerSettings(redis, postgres, streams, pace, failures, upkeep, other, tracing);
    }

    /** The same, with other traces. */
    public WorkerSettings withTracing(TracingSettings other) {
        return new WorkerSettings(redis, postgres, streams, pace, failures, upkeep, admin, other);
    }
}
