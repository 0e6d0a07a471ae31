package io.seckill.server.console;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletionException;

/**
 * Why a call was not served.
 *
 * @param status of HTTP
 * @param reason for programs: that of the API, or the name of the status
 * @param message for people
 */
record Refusal(int status, String reason, String message) {
    /** What a failed call says. */
    static Refusal of(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        Status status = Status.fromThrowable(cause);
        String reason = reason(cause, status);
        return new Refusal(http(status.getCode()), reason, message(status, reason));
    }

    private static String message(Status status, String reason) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED
                && reason.equals(status.getCode().name())) {
            return "no answer in time"; // the library's words are for its callers
        }
        String description = status.getDescription();
        return description == null ? status.getCode().name() : description;
    }

    HttpAnswer answer() {
        return HttpAnswer.refusal(status, reason, message);
    }

    private static String reason(Throwable failure, Status status) {
        com.google.rpc.Status details = StatusProto.fromThrowable(failure);
        if (details != null) {
            for (Any detail : details.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    try {
                        return detail.unpack(ErrorInfo.class).getReason();
                    } catch (InvalidProtocolBufferException e) {
                        break; // then the status alone has to do
                    }
                }
            }
        }
        return status.getCode().name();
    }

    private static int http(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case FAILED_PRECONDITION, ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case UNAVAILABLE -> 503;
            case DEADLINE_EXCEEDED -> 504;
            default -> 500;
        };
    }
}
