package io.seckill.cli.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.seckill.settings.StartFailure;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** Makes one line of the status and details that a call ended with. */
public final class CallFailures {
    private static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

    private static final Set<Code> MAYBE_SERVED =
            Set.of(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.CANCELLED, Code.UNKNOWN, Code.INTERNAL);

    private CallFailures() {}

    static StartFailure sentence(StatusRuntimeException failure, String server, Duration deadline) {
        Status status = StatusProto.fromThrowable(failure);
        Optional<ErrorInfo> info = status == null ? Optional.empty() : detail(status, ErrorInfo.class);
        if (status == null || info.isEmpty()) {
            return new StartFailure(withoutDetails(failure, server, deadline), failure);
        }
        String what = detail(status, BadRequest.class)
                .filter(request -> request.getFieldViolationsCount() > 0)
                .map(CallFailures::violations)
                .orElse(oneLine(status.getMessage()));
        String again = detail(status, RetryInfo.class)
                .map(retry -> "; try again in " + Texts.duration(retry.getRetryDelay()))
                .orElse("");
        return new StartFailure(what + again + " (" + info.get().getReason() + ")", failure);
    }

    /** The server's reason, such as {@code ACTIVITY_NOT_FOUND}; empty if it gave none. */
    public static String reason(StartFailure sentence) {
        Status status = sentence.getCause() == null ? null : StatusProto.fromThrowable(sentence.getCause());
        return status == null
                ? ""
                : detail(status, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
    }

    /** True if the server may have done what the call asked for. */
    static boolean outcomeUnknown(StartFailure sentence) {
        if (!(sentence.getCause() instanceof StatusRuntimeException failure)) {
            return false;
        }
        String reason = reason(sentence);
        return !reason.isEmpty()
                ? reason.equals(OUTCOME_UNKNOWN)
                : MAYBE_SERVED.contains(failure.getStatus().getCode()) && !neverConnected(failure);
    }

    private static boolean neverConnected(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static Optional<SSLException> handshakeFailure(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException ssl) {
                return Optional.of(ssl);
            }
        }
        return Optional.empty();
    }

    private static String violations(BadRequest request) {
        return request.getFieldViolationsList().stream()
                .map(violation -> violation.getField() + ": " + violation.getDescription())
                .collect(Collectors.joining("; "));
    }

    private static String withoutDetails(StatusRuntimeException failure, String server, Duration deadline) {
        Code code = failure.getStatus().getCode();
        if (neverConnected(failure)) {
            return "no Seckill server answers at " + server
                    + "; start one with 'seckill up', or name another with --server";
        }
        Optional<SSLException> handshake = handshakeFailure(failure);
        if (handshake.isPresent()) {
            return "no TLS connection to " + server + ": "
                    + oneLine(String.valueOf(handshake.get().getMessage()))
                    + "; --ca names the certificates to trust, and --client-certificate the one to show";
        }
        if (code == Code.DEADLINE_EXCEEDED) {
            return "no answer from " + server + " within " + deadline.toMillis() + " ms; allow more with --deadline";
        }
        return code + " from " + server + ": "
                + oneLine(String.valueOf(failure.getStatus().getDescription()));
    }

    private static String oneLine(String text) {
        return text.lines().collect(Collectors.joining(" "));
    }

    private static <T extends Message> Optional<T> detail(Status status, Class<T> type) {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(type)) {
                try {
                    return Optional.of(detail.unpack(type));
                } catch (InvalidProtocolBufferException e) {
                    throw new StartFailure("the server's failure cannot be read: " + oneLine(status.getMessage()), e);
                }
            }
        }
        return Optional.empty();
    }
}
