package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.jooq.Record;
import org.jooq.Result;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecordingIT {
    private Bed bed;

    @BeforeEach
    void open() {
        bed = Bed.shared();
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void basketOfTwoProductsBecomesOneOrderWithTwoLines() {
        Bed.Sale sale = bed.sale(7, 10, 1001, 1002);
        String order = sale.buy(42, 1001, 1002);
        bed.worker();

        await().until(() -> bed.length(sale.stream(1001)) + bed.length(sale.stream(1002)) == 0);
        Result<Record> orders = bed.database.sql().fetch("SELECT * FROM orders");
        assertThat(orders).hasSize(1);
        assertThat(orders.get(0).get("order_id", String.class)).isEqualTo(order);
        assertThat(orders.get(0).get("lines", Integer.class)).isEqualTo(2);
        assertThat(orders.get(0).get("status", String.class)).isEqualTo("PENDING_PAYMENT");
        assertThat(bed.number("SELECT extract(epoch FROM expires_at - created_at)::bigint FROM orders"))
                .isEqualTo(900);
        Result<Record> lines = bed.database.sql().fetch("SELECT * FROM seckill_logs ORDER BY product_id");
        assertThat(lines.getValues("product_id", Long.class)).containsExactly(1001L, 1002L);
        assertThat(lines.getValues("stream", String.class)).containsExactly(sale.stream(1001), sale.stream(1002));
        assertThat(lines.getValues("status", String.class)).containsOnly("PROCESSING");
        assertThat(sale.persisted(1001)).isEqualTo(1);
        assertThat(sale.persisted(1002)).isEqualTo(1);
        assertThat(bed.pending(sale.stream(1001))).isZero();
    }
}
