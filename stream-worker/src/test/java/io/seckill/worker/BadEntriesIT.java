package io.seckill.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.books.recording.LetterReason;
import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.Refusal;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.StreamEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entries that cannot be recorded become dead letters, each with its reason, and the good ones around them rows. */
class BadEntriesIT {
    private static final long UNITS = 20;
    private static final String FIRST_ORDER = "00000000-0000-4000-8000-000000000001";
    private static final String LAST_ORDER = "ffffffff-ffff-4fff-bfff-ffffffffffff";

    private Bed bed;
    private Bed.Sale sale;
    private long goodOnes;

    @BeforeEach
    void open() {
        bed = Bed.shared();
        sale = bed.sale(7, UNITS, 1001);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void malformedEntriesAreSetAside() {
        Map<String, String> missing = good(1);
        missing.remove("qty");
        Map<String, String> rubbish = good(2);
        rubbish.put("uid", "DROP TABLE");
        Map<String, String> wrongOrder = good(3);
        wrongOrder.put("order", "not-a-uuid");
        addAmongGoodOnes(List.of(missing, rubbish, wrongOrder, Map.of("x", "y")));
        bed.worker();

        awaitLetters(4);
        assertThat(bed.letters(sale.deadLetters()))
                .extracting(letter -> letter.get("reason"))
                .containsOnly("MALFORMED");
        assertThat(bed.letters(sale.deadLetters()))
                .extracting(letter -> letter.get("detail"))
                .anyMatch(detail -> detail.startsWith("qty: missing"))
                .anyMatch(detail -> detail.startsWith("uid: DROP TABLE"))
                .anyMatch(detail -> detail.startsWith("order: not-a-uuid"));
        assertThat(bed.letters(sale.deadLetters()).get(0)).containsEntry("stream", sale.stream(1001));
    }

    @Test
    void secondEntryForTheSameLineWithAnotherQuantityIsAConflict() {
        Map<String, String> first = good(1);
        bed.add(sale.stream(1001), first);
        goodOnes = 1;
        StreamWorker worker = bed.worker();
        await().until(() -> bed.logs() == 1);
        worker.close();

        Map<String, String> second = new HashMap<>(first);
        second.put("qty", "3");
        addAmongGoodOnes(List.of(second));
        bed.worker();

        awaitLetters(1);
        assertThat(bed.letters(sale.deadLetters()).get(0))
                .containsEntry("reason", "CONFLICT")
                .containsEntry("f:qty", "3");
        assertThat(bed.number(
                        "SELECT quantity FROM seckill_logs WHERE order_id = ?", UUID.fromString(first.get("order"))))
                .isEqualTo(1);
    }

    @Test
    void contradictionsWithinOneBatchLeaveTheFirstStanding() {
        Map<String, String> first = good(1);
        Map<String, String> otherQuantity = new HashMap<>(first);
        otherQuantity.put("qty", "2");
        Map<String, String> otherBuyer = new HashMap<>(first);
        otherBuyer.put("uid", "99");
        Map<String, String> sameRequest = good(1);
        sameRequest.put("order", LAST_ORDER);
        Map<String, String> sameAgain = new HashMap<>(first);
        bed.add(sale.stream(1001), first);
        goodOnes = 1;
        addAmongGoodOnes(List.of(otherQuantity, otherBuyer, sameRequest, sameAgain));
        bed.worker();

        awaitLetters(3);
        assertThat(bed.letters(sale.deadLetters()))
                .extracting(letter -> letter.get("reason"))
                .containsOnly("CONFLICT");
        assertThat(bed.letters(sale.deadLetters()))
                .extracting(letter -> letter.get("detail"))
                .containsExactlyInAnyOrder(
                        "this order and product are recorded with other content",
                        "this order and product are recorded with other content",
                        "this buyer's request is recorded as another order");
    }

    @Test
    void requestOfTwoOrdersInOneBatchIsRecordedAsOneOfThem() {
        Map<String, String> first = good(1);
        Map<String, String> sameOrderOtherBuyer = new HashMap<>(first);
        sameOrderOtherBuyer.put("uid", "99");
        Map<String, String> sameRequest = good(1);
        sameRequest.put("order", FIRST_ORDER);
        List.of(first, sameOrderOtherBuyer, sameRequest).forEach(fields -> bed.add(sale.stream(1001), fields));
        bed.worker();

        await().until(() -> bed.length(sale.stream(1001)) == 0);
        assertThat(bed.number("SELECT count(*) FROM orders WHERE user_id = 1 AND request_id = 'r1'"))
                .isEqualTo(1);
        assertThat(bed.logs() + bed.length(sale.deadLetters())).isEqualTo(3);
        assertThat(sale.persisted(1001)).isEqualTo(bed.logs());
        assertThat(bed.orders()).isEqualTo(bed.logs());
    }

    @Test
    void entryBeforeAGoodOneOfTheSameOrderIsAloneToBlame() {
        Map<String, String> right = good(1);
        Map<String, String> forged = new HashMap<>(right);
        forged.put("uid", "99");
        forged.put("alloc", "999999");
        bed.add(sale.stream(1001), forged);
        bed.add(sale.stream(1001), right);
        goodOnes = 1;
        bed.worker();

        awaitLetters(1);
        assertThat(bed.letters(sale.deadLetters()).get(0)).containsEntry("f:uid", "99");
        assertThat(bed.number("SELECT user_id FROM orders")).isEqualTo(1);
    }

    @Test
    void entriesOfNothingThatIsThereAreSetAside() {
        Map<String, String> wrongAllocation = good(1);
        wrongAllocation.put("alloc", "999999");
        Map<String, String> wrongEpoch = good(2);
        wrongEpoch.put("epoch", "9");
        Bed.Sale other = bed.sale(8, UNITS, 1001);
        Map<String, String> allocationOfAnother = good(3);
        allocationOfAnother.put("alloc", Long.toString(other.allocations.get(1001L)));
        addAmongGoodOnes(List.of(wrongAllocation, wrongEpoch, allocationOfAnother));
        bed.worker();

        awaitLetters(3);
        assertThat(bed.letters(sale.deadLetters()))
                .extracting(letter -> letter.get("reason"))
                .containsOnly("DATA_ERROR");
        assertThat(other.persisted(1001)).isZero();
    }

    @Test
    void entryOfAnUnknownActivityIsSetAside() {
        // Only a row deleted by hand could bring it about, so the store is asked directly.
        Map<String, String> fields = good(1);
        StreamEntry entry = new StreamEntry("stream:seckill:{404.0}:1001", "1-0", fields);

        List<Refusal> refusals = new LineStore(bed.database.sql()).insert(List.of(EntryCodec.decode(entry)));

        assertThat(refusals).hasSize(1);
        assertThat(refusals.get(0).reason()).isEqualTo(LetterReason.CONFLICT);
        assertThat(refusals.get(0).detail()).isEqualTo("there is no such activity");
        assertThat(bed.orders()).isZero();
    }

    @Test
    void entriesBeyondTheGrantedUnitsAreRefusedByPostgres() {
        for (int user = 1; user <= UNITS + 5; user++) {
            bed.add(sale.stream(1001), good(user));
        }
        goodOnes = UNITS;
        bed.worker();

        awaitLetters(5);
        assertThat(bed.letters(sale.deadLetters()))
                .allSatisfy(letter ->
                        assertThat(letter).containsEntry("reason", "DATA_ERROR").containsEntry("sqlstate", "23514"));
        assertThat(bed.letters(sale.deadLetters()).get(0).get("detail")).contains("allocations_never_oversold");
        assertThat(sale.persisted(1001)).isEqualTo(UNITS);
    }

    @Test
    void malformedEntryOfAnotherSystemIsSetAsideBesideItsStream() {
        String stream = "stream:seckill:1001";
        bed.add(stream, Map.of("user", "123"));
        bed.add(stream, Map.of("uid", "123"));
        bed.worker(bed.settings().withStreams(List.of(stream)));

        await().until(() -> bed.logs() == 1 && bed.length(stream) == 0);
        assertThat(bed.letters("{stream:seckill:1001}:dlq")).hasSize(1);
    }

    private Map<String, String> good(long user) {
        return sale.fields(UUID.randomUUID().toString(), user, 1001);
    }

    private void addAmongGoodOnes(List<Map<String, String>> badOnes) {
        long user = 1_000;
        for (Map<String, String> bad : badOnes) {
            bed.add(sale.stream(1001), good(user++));
            bed.add(sale.stream(1001), bad);
        }
        bed.add(sale.stream(1001), good(user));
        goodOnes += badOnes.size() + 1;
    }

    /** Waits until all is done, and checks that the good ones are recorded and the bad ones are not. */
    private void awaitLetters(int letters) {
        await().until(() -> bed.length(sale.stream(1001)) == 0);
        assertThat(bed.letters(sale.deadLetters())).hasSize(letters);
        assertThat(bed.logs()).isEqualTo(goodOnes);
        assertThat(bed.orders()).isEqualTo(goodOnes);
        assertThat(sale.persisted(1001)).isEqualTo(goodOnes);
        assertThat(bed.pending(sale.stream(1001))).isZero();
    }
}
