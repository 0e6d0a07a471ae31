package io.seckill.books.reconcile;

import java.util.List;

/** Moves of units between PostgreSQL and Redis that take longer than they should. */
final class WaitingFindings {
    private WaitingFindings() {}

    static void add(LedgerRows rows, BooksSum sum) {
        add(rows.grants(), "grant %d of %d units to allocation %d is not in its pool after %d s", sum);
        add(
                rows.returns(),
                "return %d of %d units (0: all that is left) of allocation %d is not taken in after %d s",
                sum);
    }

    private static void add(List<LedgerRows.Waiting> moves, String form, BooksSum sum) {
        for (LedgerRows.Waiting move : moves) {
            if (move.ageSeconds() >= LedgerReader.PATIENCE_SECONDS) {
                sum.finding(
                        move.productId(),
                        form.formatted(move.id(), move.units(), move.allocationId(), move.ageSeconds()));
            }
        }
    }
}
