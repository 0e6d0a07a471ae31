package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.seckill.settings.StartFailure;
import io.seckill.stock.ReserveOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamWorkerIT {
    private static final int ORDERS = 5_000;

    private Bed bed;
    private Bed.Sale sale;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        sale = bed.sale(7, ORDERS, 1001);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void whatIsInHandIsRecordedAndAcknowledgedAndTheRestLeftUnread() {
        sell();
        StreamWorker worker = bed.worker();
        await().until(() -> bed.logs() > 0);
        worker.close();

        assertThat(worker.drained()).isTrue();
        assertThat(bed.pending(sale.stream(1001))).isZero();
        assertThat(bed.logs() + bed.length(sale.stream(1001))).isEqualTo(ORDERS);
        assertThat(sale.persisted(1001)).isEqualTo(bed.logs());
    }

    @Test
    void closingTwiceAndFromSeveralThreadsIsHarmless() throws Exception {
        StreamWorker worker = bed.worker();
        Thread other = new Thread(worker::close, "other-close");
        other.start();
        worker.close();
        other.join();
        worker.close();

        assertThat(worker.drained()).isTrue();
        worker.awaitEnd();
    }

    @Test
    void workersOfOneProcessHaveNamesOfTheirOwn() {
        assertThat(bed.worker().consumer()).isNotEqualTo(bed.worker().consumer());
    }

    @Test
    void databaseThatMayLoseCommitsIsRefused() {
        bed.database
                .sql()
                .connection(connection -> connection
                        .createStatement()
                        .execute("ALTER DATABASE \"" + connection.getCatalog() + "\" SET synchronous_commit = off"));

        assertThatThrownBy(bed::worker).isInstanceOf(StartFailure.class).hasMessageContaining("synchronous_commit");
    }

    private void sell() {
        List<ReserveOrder> orders = new ArrayList<>();
        for (int user = 1; user <= ORDERS; user++) {
            orders.add(Bed.order(user, List.of(new ReserveOrder.Line(1001, 1))));
            if (orders.size() == 500) {
                sale.decide(orders);
                orders.clear();
            }
        }
    }
}
