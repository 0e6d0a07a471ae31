package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
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
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallFailuresTest {
    private static final ErrorInfo INVALID = reason("INVALID_REQUEST");

    @Test
    void everyFieldAtFaultIsNamedInOneLine() {
        BadRequest request = BadRequest.newBuilder()
                .addFieldViolations(violation("items[0].quantity", "0 (expected: 1..1)"))
                .addFieldViolations(violation("user_id", "0 (expected: > 0)"))
                .build();

        assertThat(sentence(Code.INVALID_ARGUMENT, "the first and 1 more", INVALID, request))
                .isEqualTo("items[0].quantity: 0 (expected: 1..1); user_id: 0 (expected: > 0) (INVALID_REQUEST)");
    }

    @Test
    void withoutFieldsTheMessageStandsWithItsReasonAndTheWait() {
        RetryInfo retry = RetryInfo.newBuilder()
                .setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(2))
                .build();

        assertThat(sentence(Code.UNAVAILABLE, "the sale is not loaded\nyet", reason("ACTIVITY_NOT_PREHEATED"), retry))
                .isEqualTo("the sale is not loaded yet; try again in 2s (ACTIVITY_NOT_PREHEATED)");
    }

    @Test
    void aServerThatIsNotThereIsSaidSo() {
        StartFailure failure = of(io.grpc.Status.UNAVAILABLE
                .withCause(new ConnectException("refused"))
                .asRuntimeException());

        assertThat(failure)
                .hasMessageContaining("no Seckill server answers at host:1")
                .hasMessageContaining("seckill up");
        assertThat(CallFailures.outcomeUnknown(failure)).isFalse();
    }

    @Test
    void aLostConnectionAndAPassedDeadlineLeaveTheOutcomeUnknown() {
        StartFailure lost = of(io.grpc.Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
        StartFailure late = of(io.grpc.Status.DEADLINE_EXCEEDED.asRuntimeException());

        assertThat(lost).hasMessage("UNAVAILABLE from host:1: cut");
        assertThat(late).hasMessageContaining("within 5000 ms").hasMessageContaining("--deadline");
        assertThat(CallFailures.outcomeUnknown(lost)).isTrue();
        assertThat(CallFailures.outcomeUnknown(late)).isTrue();
    }

    @Test
    void theServersReasonDecidesWhetherTheOutcomeIsKnown() {
        assertThat(CallFailures.outcomeUnknown(of(exception(Code.UNAVAILABLE, "", reason("OUTCOME_UNKNOWN")))))
                .isTrue();
        assertThat(CallFailures.outcomeUnknown(of(exception(Code.UNAVAILABLE, "", reason("STOCK_UNAVAILABLE")))))
                .isFalse();
    }

    private static String sentence(Code code, String message, Message... details) {
        return String.valueOf(of(exception(code, message, details)).getMessage());
    }

    private static StatusRuntimeException exception(Code code, String message, Message... details) {
        Status.Builder status = Status.newBuilder().setCode(code.value()).setMessage(message);
        for (Message detail : details) {
            status.addDetails(Any.pack(detail));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    private static StartFailure of(StatusRuntimeException failure) {
        return CallFailures.sentence(failure, "host:1", Duration.ofSeconds(5));
    }

    private static ErrorInfo reason(String reason) {
        return ErrorInfo.newBuilder().setDomain("seckill").setReason(reason).build();
    }

    private static BadRequest.FieldViolation violation(String field, String description) {
        return BadRequest.FieldViolation.newBuilder()
                .setField(field)
                .setDescription(description)
                .build();
    }
}
