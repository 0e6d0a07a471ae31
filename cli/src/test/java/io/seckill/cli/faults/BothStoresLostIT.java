package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.v1.SeckillResponse.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Redis forgets a sale while PostgreSQL is away: nothing is decided without it, and all goes on when it is back. */
class BothStoresLostIT {
    @Test
    void nothingIsSoldUntilPostgresIsBackAndThenTheRestIs() {
        Path dir = TemporaryDirectories.create("both-lost");
        PostgresProcess postgres = PostgresProcess.start(dir, FreePorts.next(), PostgresProcess.FAST);
        postgres.createDatabase("seckill");
        try (LossBed bed = new LossBed(2, postgres.jdbcUrl("seckill"))) {
            long activity = bed.openSale(20);
            bed.startWorkers(1);
            bed.sell(activity, 1, 5);
            bed.awaitRecorded(activity);
            postgres.close();
            bed.sell(activity, 6, 10);

            bed.redisCommand("FLUSHALL");
            long until = System.nanoTime() + Duration.ofSeconds(2).toNanos(); // several looks of each who looks
            while (System.nanoTime() < until) {
                StatusRuntimeException failure =
                        catchThrowableOfType(StatusRuntimeException.class, () -> bed.ask(activity, 50, "r50"));
                assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            }

            postgres = PostgresProcess.start(dir, postgres.port(), PostgresProcess.FAST);
            Awaitility.await().atMost(Duration.ofMinutes(2)).ignoreExceptions().until(() -> bed.epoch(activity) == 2);
            assertThat(bed.insist(activity, 50, "r50").getOutcome()).isEqualTo(Outcome.ACCEPTED);
            assertThat(bed.sellOut(activity, 100)).isEqualTo(9);
            bed.awaitRecorded(activity);
            bed.assertWhole(activity);
        } finally {
            postgres.close();
            TemporaryDirectories.delete(dir);
        }
    }
}
