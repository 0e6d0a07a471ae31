package io.seckill.books.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.books.BooksBed;
import io.seckill.stock.DecodedEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches that are all new are copied, and leave the same rows as statements that can tell what is not. */
class NewLinesIT {
    private static final String ROWS = """
            SELECT coalesce(string_agg(row_to_json(r)::text, E'\\n' ORDER BY order_id, product_id), '')
            FROM (SELECT o.order_id, o.activity_id, o.user_id, o.request_id, o.status, o.lines, o.created_at,
                         o.expires_at - o.updated_at AS time_to_pay, o.payment_id, o.released_at,
                         l.product_id, l.quantity, l.stream, l.epoch, l.stream_id, l.status AS line_status, l.reason,
                         l.created_at AS line_created_at, l.allocation_id, l.unit_price,
                         l.updated_at = o.updated_at AS one_time
                  FROM orders o JOIN seckill_logs l USING (order_id, activity_id, user_id)) r
            """;

    private final BooksBed bed = new BooksBed(100, 1001, 1002);

    @AfterEach
    void close() {
        bed.assertBooksAddUp();
        bed.close();
    }

    @Test
    void copiedRowsAreThoseThatStatementsInsert() {
        List<DecodedEntry.OrderLine> lines = new ArrayList<>();
        for (String request : List.of("", "tab\tnewline\nreturn\r", "\\N", "\\.", "秒杀 💥", "\"';--")) {
            lines.add(named(request, bed.line(UUID.randomUUID(), lines.size() + 1, 1001, 2, 1)));
        }

        assertThat(record(lines)).isTrue();
        String copied = bed.text(ROWS);
        forgetAll();
        bed.database.sql().transaction(transaction -> LineStore.insertNew(DSL.using(transaction), lines));

        assertThat(copied.lines()).hasSize(lines.size());
        assertThat(bed.text(ROWS)).isEqualTo(copied);
        bed.execute("UPDATE allocations SET persisted = 12 WHERE product_id = 1001");
    }

    @Test
    void ordersOfSeveralLinesAreRecordedInSeveralBatches() {
        UUID order = UUID.randomUUID();
        DecodedEntry.OrderLine other = bed.line(UUID.randomUUID(), 2, 1001, 1, 1);

        assertThat(record(List.of(bed.line(order, 1, 1001, 1, 2), other))).isTrue();
        assertThat(record(List.of(bed.line(order, 1, 1002, 3, 2)))).isTrue();

        assertThat(bed.lines(order)).containsExactly("PROCESSING/", "PROCESSING/");
        assertThat(bed.number("SELECT count(*) FROM orders")).isEqualTo(2);
    }

    @Test
    void nothingIsChangedIfOneRowIsThere() {
        DecodedEntry.OrderLine first = bed.line(UUID.randomUUID(), 1, 1001, 1, 1);
        bed.record(first);
        String before = bed.text(ROWS);

        assertThat(record(List.of(first, bed.line(UUID.randomUUID(), 2, 1001, 1, 1))))
                .isFalse();

        assertThat(bed.text(ROWS)).isEqualTo(before);
    }

    @Test
    void orderThatNoLongerWaitsForPaymentIsLeftAlone() {
        UUID order = UUID.randomUUID();
        bed.record(bed.line(order, 1, 1001, 1, 2));
        bed.execute("UPDATE orders SET status = 'PAID', payment_id = 'p'");
        DecodedEntry.OrderLine late = bed.line(order, 1, 1002, 1, 2);

        assertThat(record(List.of(late))).isFalse();

        bed.record(late);
        assertThat(bed.lines(order)).containsExactly("PROCESSING/", "SUCCEEDED/");
    }

    @Test
    void linesThatContradictTheirOrderAreLeftAlone() {
        UUID order = UUID.randomUUID();

        assertThat(record(List.of(bed.line(order, 1, 1001, 1, 2), bed.line(order, 2, 1002, 1, 2))))
                .isFalse();
        assertThat(bed.text(ROWS)).isEmpty();
    }

    @Test
    void unitsThatWereNotGrantedAreNotRecorded() {
        assertThat(record(List.of(bed.line(UUID.randomUUID(), 1, 1001, 101, 1))))
                .isFalse();
        assertThat(bed.text(ROWS)).isEmpty();
    }

    private boolean record(List<DecodedEntry.OrderLine> lines) {
        return NewLines.record(bed.database.sql(), lines);
    }

    private void forgetAll() {
        bed.execute("TRUNCATE orders, seckill_logs");
        bed.execute("UPDATE allocations SET persisted = 0");
    }

    private static DecodedEntry.OrderLine named(String request, DecodedEntry.OrderLine line) {
        return new DecodedEntry.OrderLine(
                line.source(),
                line.activityId(),
                line.productId(),
                line.orderId(),
                line.userId(),
                request,
                line.quantity(),
                line.line(),
                line.lines(),
                line.allocationId(),
                line.epoch(),
                line.cum(),
                line.decidedAt());
    }
}
