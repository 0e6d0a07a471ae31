package io.seckill.server.console;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.grpc.Status;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.AddStockResponse;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.PauseActivityResponse;
import io.seckill.v1.ResumeActivityRequest;
import io.seckill.v1.ResumeActivityResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the page can do to a sale, each once however often it is asked for under one request id. */
final class SaleActions {
    private static final Set<String> ACTIONS = Set.of("pause", "resume", "add-stock");

    /** Below what the socket waits for an answer. */
    private static final Duration DEADLINE = Duration.ofSeconds(8);

    private static final Logger log = LoggerFactory.getLogger(SaleActions.class);

    private final ServiceCalls calls;

    SaleActions(ServiceCalls calls) {
        this.calls = calls;
    }

    /** What is asked of one sale. */
    record Asked(long activityId, JsonObject fields) {
        /**
         * Reads a body.
         *
         * @throws io.grpc.StatusRuntimeException if it is no JSON object, or has no activityId
         */
        static Asked parse(String body) {
            try {
                JsonElement json = JsonParser.parseString(body);
                if (json.isJsonObject()) {
                    Asked asked = new Asked(0, json.getAsJsonObject());
                    return new Asked(asked.number("activityId"), asked.fields());
                }
            } catch (JsonParseException e) {
                throw bad("the body is no JSON (expected: an object)");
            }
            throw bad("the body is no JSON object");
        }

        /** A whole number, or a text that is one. */
        long number(String name) {
            JsonElement value = fields.get(name);
            try {
                if (value != null && value.isJsonPrimitive()) {
                    return new BigDecimal(value.getAsString()).longValueExact();
                }
            } catch (ArithmeticException | NumberFormatException e) {
                throw bad(name + ": no whole number");
            }
            throw bad(name + ": missing (expected: a whole number)");
        }

        String text(String name) {
            JsonElement value = fields.get(name);
            if (value == null || !value.isJsonPrimitive()) {
                throw bad(name + ": missing (expected: a text)");
            }
            return value.getAsString();
        }

        private static RuntimeException bad(String why) {
            return Status.INVALID_ARGUMENT.withDescription(why).asRuntimeException();
        }
    }

    /** Whether there is an action of this name. */
    static boolean knows(String name) {
        return ACTIONS.contains(name);
    }

    /** Runs one of them; fails with what its service says. */
    CompletableFuture<Activity> run(String name, Asked asked, Viewer viewer) {
        return switch (name) {
            case "pause" -> pause(asked, viewer);
            case "resume" -> resume(asked, viewer);
            case "add-stock" -> addStock(asked, viewer);
            default -> throw new IllegalArgumentException("name: " + name + " (expected: one of " + ACTIONS + ")");
        };
    }

    private CompletableFuture<Activity> pause(Asked asked, Viewer viewer) {
        return calls.call(
                        ActivityServiceGrpc.getPauseActivityMethod(),
                        PauseActivityRequest.newBuilder()
                                .setActivityId(asked.activityId())
                                .build(),
                        viewer.credentials(),
                        DEADLINE)
                .thenApply(PauseActivityResponse::getActivity)
                .thenApply(sale -> done(viewer, "paused", sale));
    }

    private CompletableFuture<Activity> resume(Asked asked, Viewer viewer) {
        return calls.call(
                        ActivityServiceGrpc.getResumeActivityMethod(),
                        ResumeActivityRequest.newBuilder()
                                .setActivityId(asked.activityId())
                                .build(),
                        viewer.credentials(),
                        DEADLINE)
                .thenApply(ResumeActivityResponse::getActivity)
                .thenApply(sale -> done(viewer, "resumed", sale));
    }

    private CompletableFuture<Activity> addStock(Asked asked, Viewer viewer) {
        AddStockRequest request = AddStockRequest.newBuilder()
                .setActivityId(asked.activityId())
                .setProductId(asked.number("productId"))
                .setQuantity(asked.number("quantity"))
                .setRequestId(asked.text("requestId"))
                .build();
        if (request.getRequestId().isEmpty()) {
            throw Asked.bad("requestId: empty (expected: an id that makes a repeat safe)");
        }
        String what = "added " + request.getQuantity() + " units of product " + request.getProductId() + " to";
        return calls.call(ActivityServiceGrpc.getAddStockMethod(), request, viewer.credentials(), DEADLINE)
                .thenApply(AddStockResponse::getActivity)
                .thenApply(sale -> done(viewer, what, sale));
    }

    private static Activity done(Viewer viewer, String what, Activity sale) {
        log.info("in the console {} {} activity {}", viewer.name(), what, sale.getActivityId());
        return sale;
    }
}
