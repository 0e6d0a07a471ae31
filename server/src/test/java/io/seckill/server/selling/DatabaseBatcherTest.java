package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.seckill.server.failure.Reason;
import io.seckill.stock.Decision;
import io.seckill.stock.ReserveOrder;
import io.seckill.stock.ShardId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class DatabaseBatcherTest {
    private static final ShardId HOME = new ShardId(7, 3);
    private static final int MAX_WAITING = 5;

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Integer> batches = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SellingMetrics metrics = new SellingMetrics(registry);
    private boolean full;
    private final DatabaseBatcher batcher = new DatabaseBatcher(
            7,
            (activity, orders) -> {
                batches.add(orders.size());
                return orders.stream()
                        .map(order -> order.requestId().isEmpty()
                                ? Optional.<Decision>empty()
                                : Optional.of(Decision.ended()))
                        .toList();
            },
            new BatchSettings(3, MAX_WAITING, 1),
            task -> {
                if (full) {
                    throw new RejectedExecutionException();
                }
                tasks.add(task);
            });

    /** Keeps what it is told. */
    private static final class Buyer implements Caller {
        private final List<Answer> answers = new ArrayList<>();
        private boolean gone;

        @Override
        public boolean hasGivenUp() {
            return gone;
        }

        @Override
        public void answer(Answer answer) {
            answers.add(answer);
        }

        Reason failure() {
            assertThat(answers).hasSize(1);
            return ((Answer.Failed) answers.get(0)).failure().reason();
        }
    }

    private Buyer submit(String requestId) {
        Buyer buyer = new Buyer();
        submit(requestId, buyer);
        return buyer;
    }

    private void submit(String requestId, Buyer buyer) {
        batcher.submit(
                HOME,
                new PendingOrder(
                        new ReserveOrder(
                                1, UUID.randomUUID().toString(), requestId, List.of(new ReserveOrder.Line(1001, 1))),
                        buyer,
                        new SaleTally(metrics)));
    }

    private void runAll() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    @Test
    void oneBatchIsUnderWayAtATimeAndWhatArrivesMeanwhileGoesTogether() {
        List<Buyer> buyers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            buyers.add(submit("r"));
        }
        assertThat(tasks).hasSize(1);
        runAll();
        assertThat(batches).containsExactly(3, 1);
        assertThat(registry.get("seckill.decisions")
                        .tags("outcome", "ENDED", "path", "database")
                        .counter()
                        .count())
                .isEqualTo(4);
        assertThat(buyers)
                .allSatisfy(buyer -> assertThat(buyer.answers)
                        .singleElement()
                        .isInstanceOfSatisfying(
                                Answer.Decided.class,
                                decided -> assertThat(decided.shard()).isEqualTo(HOME)));
    }

    @Test
    void moreThanMayWaitAreToldSo() {
        for (int i = 0; i < MAX_WAITING; i++) {
            submit("r");
        }
        assertThat(submit("r").failure()).isEqualTo(Reason.OVERLOADED);
        assertThat(batcher.waiting()).isEqualTo(MAX_WAITING);
        assertThat(registry.get("seckill.undecided")
                        .tag("reason", "OVERLOADED")
                        .counter()
                        .count())
                .isEqualTo(1);
        runAll();
        assertThat(batcher.waiting()).isZero();
        Buyer later = submit("r");
        runAll();
        assertThat(later.answers).hasSize(1).first().isInstanceOf(Answer.Decided.class);
    }

    @Test
    void whoHasGivenUpIsNotSoldTo() {
        Buyer gone = new Buyer();
        gone.gone = true;
        submit("r", gone);
        runAll();
        assertThat(gone.failure()).isEqualTo(Reason.DEADLINE_EXCEEDED);
        assertThat(batches).isEmpty();
    }

    @Test
    void whatIsRecordedInPartIsNotKnown() {
        Buyer buyer = submit("");
        runAll();
        assertThat(buyer.failure()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    }

    @Test
    void whatNoThreadTakesIsRefused() {
        full = true;
        assertThat(submit("r").failure()).isEqualTo(Reason.OVERLOADED);
        full = false;
        Buyer later = submit("r");
        runAll();
        assertThat(later.answers).first().isInstanceOf(Answer.Decided.class);
    }

    @Test
    void whatFailsUnexpectedlyIsNotCalledRefused() {
        DatabaseBatcher broken = new DatabaseBatcher(
                7,
                (activity, orders) -> {
                    throw new IllegalStateException("broken");
                },
                BatchSettings.defaults(),
                Runnable::run);
        Buyer buyer = new Buyer();
        broken.submit(
                HOME,
                new PendingOrder(
                        new ReserveOrder(1, "o", "r", List.of(new ReserveOrder.Line(1001, 1))),
                        buyer,
                        new SaleTally(metrics)));
        assertThat(buyer.failure()).isEqualTo(Reason.OUTCOME_UNKNOWN);
    }
}
