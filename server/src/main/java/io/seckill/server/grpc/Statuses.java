package io.seckill.server.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.seckill.books.recording.FailureKind;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes every gRPC status: the one place where failures become codes and details. */
final class Statuses {
    private static final Logger log = LoggerFactory.getLogger(Statuses.class);
    private static final String DOMAIN = "seckill";
    private static final java.time.Duration DATABASE_RETRY = java.time.Duration.ofSeconds(1);

    private Statuses() {}

    /** The status of any failure; what nobody foresaw is logged and INTERNAL. */
    static Status of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RequestFailure request) {
            return of(request);
        }
        if (cause instanceof DataAccessException) {
            log.warn("PostgreSQL did not serve a call, which may be repeated: {}", FailureKind.firstLine(cause));
            log.debug("PostgreSQL did not serve a call", cause);
            return of(RequestFailure.retryable(
                    Reason.DATABASE_UNAVAILABLE,
                    "PostgreSQL did not serve the call; repeat it, with the same request_id if it has one",
                    DATABASE_RETRY));
        }
        log.error("a call failed unexpectedly", cause);
        return of(RequestFailure.of(Reason.INTERNAL, "the server failed unexpectedly; its log says where"));
    }

    static StatusRuntimeException exception(Throwable failure) {
        return StatusProto.toStatusRuntimeException(of(failure));
    }

    /** Ends a call before it is served; to be returned by who intercepts it. */
    static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, RequestFailure failure) {
        StatusRuntimeException status = exception(failure);
        call.close(status.getStatus(), Objects.requireNonNull(status.getTrailers()));
        return new ServerCall.Listener<>() {};
    }

    private static Status of(RequestFailure failure) {
        Status.Builder status = Status.newBuilder()
                .setCode(code(failure.reason()).getNumber())
                .setMessage(String.valueOf(failure.getMessage()))
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(failure.reason().name())
                        .setDomain(DOMAIN)
                        .build()));
        if (!failure.violations().isEmpty()) {
            BadRequest.Builder badRequest = BadRequest.newBuilder();
            failure.violations()
                    .forEach(violation -> badRequest
                            .addFieldViolationsBuilder()
                            .setField(violation.field())
                            .setDescription(violation.description()));
            status.addDetails(Any.pack(badRequest.build()));
        }
        if (!failure.retryAfter().isZero()) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(duration(failure.retryAfter()))
                    .build()));
        }
        if (code(failure.reason()) == Code.NOT_FOUND) {
            status.addDetails(Any.pack(ResourceInfo.newBuilder()
                    .setResourceType(resourceType(failure.reason()))
                    .setDescription(String.valueOf(failure.getMessage()))
                    .build()));
        }
        return status.build();
    }

    /** What a NOT_FOUND did not find. */
    private static String resourceType(Reason notFound) {
        return switch (notFound) {
            case PRODUCT_NOT_FOUND -> "product";
            case ORDER_NOT_FOUND -> "order";
            case DEAD_LETTER_NOT_FOUND -> "dead letter";
            default -> "activity";
        };
    }

    /** Whether a failure says that the server did not do its part, rather than the caller. */
    static boolean isServersFault(Reason reason) {
        return switch (code(reason)) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL -> true;
            default -> false;
        };
    }

    private static Code code(Reason reason) {
        return switch (reason) {
            case INVALID_REQUEST, REQUEST_ID_REUSED, PAYMENT_ID_REUSED -> Code.INVALID_ARGUMENT;
            case ACTIVITY_NOT_FOUND, PRODUCT_NOT_FOUND, ORDER_NOT_FOUND, DEAD_LETTER_NOT_FOUND -> Code.NOT_FOUND;
            case NOT_AUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED -> Code.UNAUTHENTICATED;
            case ROLE_REQUIRED, FOREIGN_USER -> Code.PERMISSION_DENIED;
            case ALREADY_PREHEATED, ACTIVITY_ENDED, ORDER_NOT_PENDING -> Code.FAILED_PRECONDITION;
            case ACTIVITY_NOT_PREHEATED,
                    STOCK_UNAVAILABLE,
                    OUTCOME_UNKNOWN,
                    DATABASE_UNAVAILABLE,
                    TOKEN_KEYS_UNAVAILABLE,
                    ORDER_NOT_RECORDED,
                    SHUTTING_DOWN -> Code.UNAVAILABLE;
            case OVERLOADED -> Code.RESOURCE_EXHAUSTED;
            case DEADLINE_EXCEEDED -> Code.DEADLINE_EXCEEDED;
            case INTERNAL -> Code.INTERNAL;
        };
    }

    static Duration duration(java.time.Duration duration) {
        return Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
