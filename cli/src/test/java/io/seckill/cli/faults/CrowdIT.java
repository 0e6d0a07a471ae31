package io.seckill.cli.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.bench.AuditReport;
import io.seckill.bench.BuyerPlan;
import io.seckill.bench.LoadGenerator;
import io.seckill.bench.LoadReport;
import io.seckill.bench.LoadSettings;
import io.seckill.migrations.Database;
import io.seckill.v1.Activity;
import io.seckill.v1.Product;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 64 clients at once, 50,000 buyers, 100 units of one product. */
class CrowdIT {
    private static final int CLIENTS = 64;
    private static final int BUYERS = 50_000;
    private static final int UNITS = 100;
    private static final long PRODUCT = 1001;

    @Test
    void exactlyTheStockIsSoldAndEachBuyerHasAtMostOneOrder() throws Exception {
        try (FaultBed bed = new FaultBed(2)) {
            long activity = new FaultSales(bed)
                    .open(Activity.newBuilder()
                            .addProducts(
                                    Product.newBuilder().setProductId(PRODUCT).setStock(UNITS)));
            LoadSettings settings = new LoadSettings(
                    List.of("127.0.0.1:" + bed.serverPort), CLIENTS, CLIENTS, Duration.ofSeconds(5), 10);
            LoadReport load;
            try (LoadGenerator generator = new LoadGenerator(settings)) {
                load = generator.run(activity, new BuyerPlan(11, BUYERS, List.of(PRODUCT)), done -> {});
            }
            AuditReport audit = new FaultJudge(bed).settleAndAudit(activity, 1, load);

            assertThat(audit.findings()).isEmpty();
            assertThat(audit.ok()).as("%s", audit).isTrue();
            assertThat(audit.orders().recorded()).isEqualTo(UNITS);
            assertThat(load.requests()).isGreaterThanOrEqualTo(BUYERS);
            try (Database database = Database.open(bed.postgresSettings, "test")) {
                assertThat(database.sql()
                                .fetchSingle("SELECT sum(quantity), count(DISTINCT user_id) FROM seckill_logs")
                                .intoList())
                        .extracting(value -> ((Number) value).longValue())
                        .containsExactly((long) UNITS, (long) UNITS);
            }
        }
    }
}
