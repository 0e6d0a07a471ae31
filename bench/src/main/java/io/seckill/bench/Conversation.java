package io.seckill.bench;

import io.seckill.bench.Basket.Line;
import io.seckill.bench.Buyer.Habit;
import io.seckill.v1.Entry;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one buyer is told, and whether it can all be true. Used by one thread at a time.
 *
 * <p>The rules are those of an activity with one order per user.
 */
final class Conversation {
    private static final Pattern ORDER_ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final String INVALID_ARGUMENT = "INVALID_ARGUMENT";

    private final Buyer buyer;
    private final LoadTally tally;
    private @Nullable SeckillResponse held;

    /** An attempt without an answer may have been decided, so that an answer may rightly be the second one. */
    private boolean doubt;

    Conversation(Buyer buyer, LoadTally tally) {
        this.buyer = buyer;
        this.tally = tally;
    }

    /** Judges the answer to the only or the first request. */
    void first(Answer answer) {
        noteDoubt(answer);
        if (buyer.habit() == Habit.MALFORMED) {
            judgeMalformed(answer);
        } else {
            judge(answer, buyer.firstRequestId(), buyer.first(), false);
        }
    }

    /** Judges the answer to a request made after the first one was answered. */
    void second(Answer answer) {
        noteDoubt(answer);
        judge(answer, buyer.secondRequestId(), buyer.second(), buyer.habit() == Habit.SAME_REQUEST);
    }

    /** Judges the answers to two requests made at once under one id, in no order. */
    void both(Answer one, Answer other) {
        noteDoubt(one);
        noteDoubt(other);
        boolean inOrder = rank(one) <= rank(other);
        Answer leading = inOrder ? one : other;
        Answer following = inOrder ? other : one;
        judge(leading, buyer.firstRequestId(), buyer.first(), false);
        judge(following, buyer.firstRequestId(), buyer.first(), held != null && isBoundBy(leading, following));
    }

    /** An acceptance leads its replay, and both lead refusals. */
    private static int rank(Answer answer) {
        if (answer instanceof Answer.Decided decided && decided.isAcceptance()) {
            return decided.response().getReplayed() ? 1 : 0;
        }
        return 2;
    }

    /** What may have been refused before the other was accepted is not bound by that, unless nothing else can be the reason. */
    private static boolean isBoundBy(Answer acceptance, Answer answer) {
        if (!(answer instanceof Answer.Decided later) || !(acceptance instanceof Answer.Decided earlier)) {
            return true;
        }
        return later.isAcceptance()
                || later.response().getOutcome() == Outcome.LIMIT_REACHED
                || later.sentNanos() - earlier.answeredNanos() > 0;
    }

    private void noteDoubt(Answer answer) {
        doubt |= answer instanceof Answer.Unresolved || (answer instanceof Answer.Decided decided && decided.doubted());
    }

    private void judgeMalformed(Answer answer) {
        if (answer instanceof Answer.Unresolved) {
            tally.unresolved(buyer.userId());
        } else if (!(answer instanceof Answer.Refused refused && refused.code().equals(INVALID_ARGUMENT))) {
            contradiction("a basket of " + buyer.first().lines() + " was answered " + answer + " (expected: "
                    + INVALID_ARGUMENT + ")");
        }
        if (answer instanceof Answer.Decided decided && decided.response().getOutcome() == Outcome.ACCEPTED) {
            accept(decided.response(), buyer.first());
        }
    }

    private void judge(Answer answer, String requestId, Basket basket, boolean again) {
        if (answer instanceof Answer.Refused refused) {
            contradiction("a valid basket was refused with " + refused.code() + ": " + refused.description());
        } else if (answer instanceof Answer.Decided decided) {
            SeckillResponse response = decided.response();
            if (!response.getRequestId().equals(requestId)) {
                contradiction("request " + requestId + " was answered as request " + response.getRequestId());
            }
            switch (response.getOutcome()) {
                case ACCEPTED -> judgeAccepted(response, basket, again);
                case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> contradiction("the answer had no outcome");
                default -> judgeRefusal(response, again);
            }
        } else {
            tally.unresolved(buyer.userId());
        }
    }

    private void judgeAccepted(SeckillResponse response, Basket basket, boolean again) {
        SeckillResponse before = held;
        String orderId = response.getOrderId();
        if (before == null || !again) {
            if (before != null) {
                twoOrders(
                        before,
                        response,
                        "order " + orderId + " was accepted over the limit, after " + before.getOrderId());
            }
            if (response.getReplayed() && !doubt) {
                contradiction("order " + orderId + " is a replay of an answer that nobody gave");
            }
            held = response;
            accept(response, basket);
        } else if (!orderId.equals(before.getOrderId())) {
            twoOrders(before, response, "one request id got order " + before.getOrderId() + " and order " + orderId);
            accept(response, basket);
        } else if (!response.getReplayed() || !response.getEntriesList().equals(before.getEntriesList())) {
            contradiction("order " + orderId + " was given again otherwise than the first time");
        }
    }

    private void judgeRefusal(SeckillResponse response, boolean again) {
        Outcome outcome = response.getOutcome();
        if (again && held != null) {
            Findings kind = outcome == Outcome.TRY_AGAIN ? tally.putOff() : tally.contradictions();
            kind.add(said("order " + held.getOrderId() + " was accepted, and its retry was answered " + outcome));
        }
        if (outcome == Outcome.LIMIT_REACHED) {
            String expected = held == null ? "" : held.getOrderId();
            if (!response.getOrderId().equals(expected) && !doubt) {
                contradiction("limit reached by order '" + response.getOrderId() + "' (expected: '" + expected + "')");
            } else if (held == null && !doubt) {
                contradiction("limit reached by nothing");
            }
        }
    }

    private void accept(SeckillResponse response, Basket basket) {
        String orderId = response.getOrderId();
        if (!isOrderId(response)) {
            contradiction("accepted as order '" + orderId + "' (expected: a UUID)");
            return;
        }
        List<Long> asked = basket.lines().stream().map(Line::productId).toList();
        List<Long> given =
                response.getEntriesList().stream().map(Entry::getProductId).toList();
        if (!asked.equals(given)) {
            contradiction("order " + orderId + " has entries of products " + given + " (expected: " + asked + ")");
        }
        if (!tally.accepted().add(UUID.fromString(orderId), buyer.userId(), basket.lines())) {
            contradiction("order " + orderId + " was also given to another buyer");
        }
    }

    private void twoOrders(SeckillResponse first, SeckillResponse second, String sentence) {
        if (isOrderId(first) && isOrderId(second)) {
            tally.twoOrders()
                    .add(new TwoOrders(
                            UUID.fromString(first.getOrderId()), UUID.fromString(second.getOrderId()), said(sentence)));
        } else {
            contradiction(sentence);
        }
    }

    private static boolean isOrderId(SeckillResponse response) {
        return ORDER_ID.matcher(response.getOrderId()).matches();
    }

    private void contradiction(String sentence) {
        tally.contradictions().add(said(sentence));
    }

    private String said(String sentence) {
        return "user " + buyer.userId() + ": " + sentence;
    }
}
