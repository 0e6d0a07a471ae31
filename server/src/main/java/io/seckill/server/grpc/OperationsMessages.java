package io.seckill.server.grpc;

import io.seckill.books.reconcile.ActivityBooks;
import io.seckill.books.reconcile.Terms;
import io.seckill.server.failure.Violations;
import io.seckill.server.operations.FiledLetter;
import io.seckill.server.operations.LetterAddress;
import io.seckill.server.operations.LetterPlace;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamState;
import io.seckill.v1.ConsumerDescription;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.ProductBooks;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.StreamDescription;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Dead letters, streams and books, to messages and back. */
final class OperationsMessages {
    static final int MAX_LETTERS = 100;

    /** What one letter says at most, so that an answer with {@link #MAX_LETTERS} stays below what clients take. */
    private static final int MAX_LETTER_LENGTH = 10_000;

    /** What all sentences about books say at most, for the same reason. */
    private static final int MAX_FINDINGS_LENGTH = 1_000_000;

    private OperationsMessages() {}

    /** The letters that a caller names; each name that is none, or is there twice, is a violation. */
    static Set<LetterAddress> addresses(LetterPlace place, List<String> names, int min, Violations violations) {
        if (names.size() < min || names.size() > MAX_LETTERS) {
            violations.add("dead_letter_ids", names.size() + " ids", min + ".." + MAX_LETTERS + " ids");
        }
        Set<LetterAddress> addresses = new LinkedHashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String field = "dead_letter_ids[" + i + "]";
            place.addressOf(names.get(i))
                    .ifPresentOrElse(
                            address -> {
                                if (!addresses.add(address)) {
                                    violations.add(field, place.nameOf(address) + ", a second time", "each id once");
                                }
                            },
                            () -> violations.add(field, "not an id of a dead letter", place.nameForm()));
        }
        return addresses;
    }

    static DeadLetter message(LetterPlace place, FiledLetter filed) {
        io.seckill.stock.DeadLetter letter = filed.letter();
        TextBudget budget = new TextBudget(MAX_LETTER_LENGTH);
        DeadLetter.Builder message = DeadLetter.newBuilder()
                .setDeadLetterId(place.nameOf(filed.address()))
                .setStream(budget.take(letter.stream()))
                .setStreamId(budget.take(letter.streamId()))
                .setReason(budget.take(letter.reason()))
                .setAttempts(letter.attempts())
                .setCreateTime(ActivityMessages.timestamp(letter.setAsideAt()))
                .setSqlstate(budget.take(letter.sqlState()));
        String detail = budget.take(letter.detail());
        letter.fields().forEach((name, value) -> {
            if (!budget.isSpent()) {
                message.putFields(budget.take(name), budget.take(value));
            }
        });
        int hidden = letter.fields().size() - message.getFieldsCount();
        return message.setDetail(detail
                        + note(letter.truncated(), "fields were cut off when it was set aside")
                        + note(hidden, "fields are too long to be shown"))
                .build();
    }

    private static String note(int fields, String what) {
        return fields == 0 ? "" : " (" + fields + " more " + what + ")";
    }

    static StreamDescription message(StreamState state) {
        StreamDescription.Builder message = StreamDescription.newBuilder()
                .setStream(state.stream())
                .setGroup(state.grouped() ? StockKeys.GROUP : "")
                .setLength(state.length())
                .setLag(state.lag())
                .setPending(state.pending());
        state.oldestPendingAge().ifPresent(age -> message.setOldestPendingAge(Statuses.duration(age)));
        state.oldestUnreadAge().ifPresent(age -> message.setOldestUnreadAge(Statuses.duration(age)));
        state.consumers()
                .forEach(consumer -> message.addConsumers(ConsumerDescription.newBuilder()
                        .setName(consumer.name())
                        .setPending(consumer.pending())
                        .setIdle(Statuses.duration(consumer.idle()))));
        return message.build();
    }

    static ReconcileResponse message(ActivityBooks books) {
        TextBudget budget = new TextBudget(MAX_FINDINGS_LENGTH);
        ReconcileResponse.Builder message = ReconcileResponse.newBuilder().setActivityId(books.activityId());
        books.repairs().forEach(repair -> message.addRepairs(budget.take(repair)));
        addWithin(budget, books.findings(), message::addFindings);
        books.products().forEach(product -> {
            ProductBooks.Builder terms = terms(product.productId(), product.terms());
            addWithin(budget, product.findings(), terms::addFindings);
            message.addProducts(terms);
        });
        return message.build();
    }

    /** Each with something found says so, even when much was found before it. */
    private static void addWithin(TextBudget budget, List<String> findings, Consumer<String> add) {
        for (int i = 0; i < findings.size(); i++) {
            if (budget.isSpent()) {
                add.accept("and more, which is too long to be shown");
                return;
            }
            add.accept(budget.take(findings.get(i)));
        }
    }

    private static ProductBooks.Builder terms(long productId, Terms terms) {
        return ProductBooks.newBuilder()
                .setProductId(productId)
                .setTotal(terms.total())
                .setUnallocated(terms.unallocated())
                .setDatabase(terms.database())
                .setOnTheWay(terms.onTheWay())
                .setRemaining(terms.remaining())
                .setInFlight(terms.inFlight())
                .setPersisted(terms.persisted())
                .setCancelled(terms.cancelled())
                .setQuarantined(terms.quarantined())
                .setComingBack(terms.comingBack())
                .setDifference(terms.difference());
    }
}
