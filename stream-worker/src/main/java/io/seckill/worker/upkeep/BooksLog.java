package io.seckill.worker.upkeep;

import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.ProductBooks;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says of books, one line each time. */
final class BooksLog {
    private static final Logger log = LoggerFactory.getLogger(BooksLog.class);

    private BooksLog() {}

    static void report(ActivityBooks books) {
        if (books.addUp()) {
            log.info("the books of activity {} add up again", books.activityId());
            return;
        }
        List<String> sentences = Stream.concat(
                        books.findings().stream(), books.products().stream().flatMap(BooksLog::sentences))
                .toList();
        log.error(
                "the books of activity {} differ: {}{}; 'seckill reconcile {}' says more",
                books.activityId(),
                sentences.get(0),
                sentences.size() > 1 ? ", and " + (sentences.size() - 1) + " more" : "",
                books.activityId());
    }

    private static Stream<String> sentences(ProductBooks product) {
        Stream<String> findings =
                product.findings().stream().map(finding -> "product " + product.productId() + ": " + finding);
        long difference = product.terms().difference();
        return difference == 0
                ? findings
                : Stream.concat(Stream.of("product " + product.productId() + ": difference " + difference), findings);
    }
}
