package io.seckill.cli.operations;

import io.seckill.cli.terminal.Table;
import io.seckill.v1.ProductBooks;
import io.seckill.v1.ReconcileResponse;
import java.util.ArrayList;
import java.util.List;

/** Books as people read them: a row per product, what differs below, and the verdict at the end. */
final class BooksText {
    private BooksText() {}

    static List<String> lines(ReconcileResponse books) {
        List<String> lines = new ArrayList<>();
        books.getRepairsList().forEach(repair -> lines.add("repaired: " + repair));
        Table table = new Table(
                "product",
                "total",
                "unallocated",
                "database",
                "on the way",
                "remaining",
                "in flight",
                "persisted",
                "cancelled",
                "quarantined",
                "coming back",
                "difference");
        for (ProductBooks product : books.getProductsList()) {
            table.row(
                    product.getProductId(),
                    product.getTotal(),
                    product.getUnallocated(),
                    product.getDatabase(),
                    product.getOnTheWay(),
                    product.getRemaining(),
                    product.getInFlight(),
                    product.getPersisted(),
                    product.getCancelled(),
                    product.getQuarantined(),
                    product.getComingBack(),
                    product.getDifference());
        }
        lines.addAll(table.lines());
        lines.addAll(books.getFindingsList());
        for (ProductBooks product : books.getProductsList()) {
            product.getFindingsList()
                    .forEach(finding -> lines.add("product " + product.getProductId() + ": " + finding));
        }
        lines.add(verdict(books));
        return lines;
    }

    /** True if no unit is missing and nothing was found. */
    static boolean addUp(ReconcileResponse books) {
        return books.getFindingsCount() == 0 && books.getProductsList().stream().allMatch(BooksText::addsUp);
    }

    private static boolean addsUp(ProductBooks product) {
        return product.getDifference() == 0 && product.getFindingsCount() == 0;
    }

    private static String verdict(ReconcileResponse books) {
        String begin = "BOOKS " + (addUp(books) ? "ok" : "differ") + " activity=" + books.getActivityId();
        long units = books.getProductsList().stream()
                .mapToLong(ProductBooks::getTotal)
                .sum();
        if (addUp(books)) {
            return begin + " products=" + books.getProductsCount() + " units=" + units + " difference=0";
        }
        long differing = books.getProductsList().stream()
                .filter(product -> !addsUp(product))
                .count();
        long nowhere = books.getProductsList().stream()
                .mapToLong(product -> Math.abs(product.getDifference()))
                .sum();
        return begin + " products=" + differing + "/" + books.getProductsCount() + " difference=" + nowhere;
    }
}
