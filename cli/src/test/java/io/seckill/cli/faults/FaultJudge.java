package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.seckill.bench.AuditReport;
import io.seckill.bench.LoadReport;
import io.seckill.bench.RecordingWait;
import io.seckill.bench.StoreAudit;
import io.seckill.migrations.Database;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.StockRedis;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.ReconcileRequest;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Compares what buyers were told with both stores of a bed, once everything is quiet. */
record FaultJudge(FaultBed bed) {
    private static final Duration RECORDING_PATIENCE = Duration.ofSeconds(90);
    private static final Duration BOOKS_PATIENCE = Duration.ofSeconds(30);

    /** Waits until the workers have caught up, and compares both stores with what the buyers were told. */
    AuditReport settleAndAudit(long activityId, int shards, LoadReport load) throws InterruptedException {
        try (StockRedis stock = StockRedis.connect(RedisSettings.of(bed.redis.url()), "audit");
                Database database = Database.open(bed.postgresSettings, "audit")) {
            new RecordingWait(stock, RECORDING_PATIENCE).await(activityId, shards, FaultSales.PRODUCTS, left -> {});
            return new StoreAudit(database, stock).run(activityId, load.told());
        }
    }

    /** Requires what must hold, whatever happened: of the audit, and of the books. */
    void judge(AuditReport audit, Sale sale, long seed) {
        assertThat(audit.findings()).as("seed %d", seed).isEmpty();
        assertThat(audit.orders().lost()
                        + audit.orders().duplicated()
                        + audit.orders().booksOff())
                .as("lost, duplicated, books off, seed %d", seed)
                .isZero();
        assertThat(audit.answers().contradictions())
                .as("contradictions, seed %d", seed)
                .isZero();
        if (!sale.reserve) {
            assertThat(audit.orders().superseded())
                    .as("superseded, seed %d", seed)
                    .isZero();
        }
        assertThat(audit.oversold()).as("oversold, seed %d", seed).isZero();
        assertThat(audit.left()).as("entries left, seed %d", seed).isZero();
        assertThat(audit.answers().unresolved()).as("unresolved, seed %d", seed).isZero();
        assertThat(audit.deadLetters()).as("dead letters, seed %d", seed).isEqualTo(sale.lettersExpected.get());
        assertThat(audit.orders().recorded())
                .as("orders, seed %d", seed)
                .isEqualTo(audit.orders().accepted() - audit.orders().superseded())
                .isPositive();
        requireBooksInOrder(sale.activity);
    }

    /** Asks a server to reconcile until every difference is 0 and nothing is found wrong. */
    private void requireBooksInOrder(long activityId) {
        bed.awaitServing(0);
        ManagedChannel channel = bed.connect();
        try {
            ReconcileRequest request =
                    ReconcileRequest.newBuilder().setActivityId(activityId).build();
            Awaitility.await()
                    .atMost(BOOKS_PATIENCE)
                    .untilAsserted(() -> assertThat(OperationsServiceGrpc.newBlockingStub(channel)
                                    .reconcile(request)
                                    .getProductsList())
                            .as("books")
                            .hasSize(FaultSales.PRODUCTS.size())
                            .allSatisfy(books -> {
                                assertThat(books.getDifference()).isZero();
                                assertThat(books.getFindingsList()).isEmpty();
                            }));
        } finally {
            channel.shutdownNow();
        }
    }
}
