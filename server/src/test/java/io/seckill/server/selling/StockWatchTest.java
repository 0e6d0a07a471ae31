package io.seckill.server.selling;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.server.selling.StockView.ProductStock;
import java.util.List;
import org.junit.jupiter.api.Test;

class StockWatchTest {
    private static final long PAUSE = 100;

    private final StockBoard board = new StockBoard();
    private final RecordingWatcher watcher = new RecordingWatcher();
    private final StockWatch watch = new StockWatch(List.of(), watcher);

    @Test
    void everyProductIsSentFirstAndThenOnlyWhatChanged() {
        update(10, 20);
        watch.sendChanges(board, 0, PAUSE);
        update(10, 20);
        watch.sendChanges(board, 100, PAUSE);
        update(10, 19);
        watch.sendChanges(board, 200, PAUSE);

        assertThat(watcher.remaining(1)).containsExactly(10L);
        assertThat(watcher.remaining(2)).containsExactly(20L, 19L);
    }

    @Test
    void changeOfTheTotalIsAChange() {
        board.update(List.of(new ProductStock(1, 100, 10)));
        watch.sendChanges(board, 0, PAUSE);
        board.update(List.of(new ProductStock(1, 200, 10)));
        watch.sendChanges(board, 100, PAUSE);

        assertThat(watcher.sent()).extracting(ProductStock::total).containsExactly(100L, 200L);
    }

    @Test
    void changesThatComeTooFastAreMerged() {
        for (int nanos = 0; nanos <= 250; nanos += 10) {
            update(1_000 - nanos, 20);
            watch.sendChanges(board, nanos, PAUSE);
        }

        assertThat(watcher.remaining(1)).containsExactly(1_000L, 900L, 800L);
    }

    @Test
    void busyWatcherGetsTheLastValueOnceItIsReady() {
        update(10, 20);
        watch.sendChanges(board, 0, PAUSE);
        watcher.setReady(false);
        for (int left = 9; left >= 5; left--) {
            update(left, 20);
            watch.sendChanges(board, 1_000L * (10 - left), PAUSE);
        }
        assertThat(watcher.remaining(1)).containsExactly(10L);

        watcher.setReady(true);
        watch.sendChanges(board, 10_000, PAUSE);
        assertThat(watcher.remaining(1)).containsExactly(10L, 5L);
    }

    @Test
    void onlyWatchedProductsAreSent() {
        StockWatch one = new StockWatch(List.of(2L, 2L), watcher);
        update(10, 20);
        one.sendChanges(board, 0, PAUSE);

        assertThat(watcher.sent()).containsExactly(new ProductStock(2, 100, 20));
    }

    @Test
    void endedWatchIsSentNothing() {
        assertThat(watch.end()).isTrue();
        assertThat(watch.end()).isFalse();
        update(10, 20);
        watch.sendChanges(board, 0, PAUSE);

        assertThat(watcher.sent()).isEmpty();
    }

    private void update(long first, long second) {
        board.update(List.of(new ProductStock(1, 100, first), new ProductStock(2, 100, second)));
    }
}
