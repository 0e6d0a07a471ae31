package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.violations;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Bytes that are no message of the method's type. */
class UnreadableRequestsIT {
    private static final byte[] END_OF_A_GROUP_THAT_NEVER_BEGAN = {0x0C};

    /** One more than the operators' calls that are served at once. */
    private static final int MANY = 65;

    private static TestServer test;

    @BeforeAll
    static void start() {
        test = new TestServer();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @Test
    void areRefusedAsAFaultOfTheRequest() {
        RawCall.Result result = RawCall.make(
                test.channel, SeckillServiceGrpc.getSeckillMethod(), List.of(END_OF_A_GROUP_THAT_NEVER_BEGAN), false);

        StatusRuntimeException failure = new StatusRuntimeException(result.status(), result.trailers());
        assertThat(result.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(reason(failure)).isEqualTo("INVALID_REQUEST");
        assertThat(violations(failure))
                .containsExactly(BadRequest.FieldViolation.newBuilder()
                        .setField("request")
                        .setDescription("bytes that cannot be read (expected: the request of"
                                + " seckill.v1.SeckillService/Seckill)")
                        .build());
    }

    @Test
    void doNotUseUpTheCallsOfOperators() {
        for (int i = 0; i < MANY; i++) {
            assertThat(RawCall.make(
                                    test.channel,
                                    ActivityServiceGrpc.getListActivitiesMethod(),
                                    List.of(END_OF_A_GROUP_THAT_NEVER_BEGAN),
                                    false)
                            .status()
                            .getCode())
                    .isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
    }

    @Test
    void areAnsweredInAStreamAndDoNotEndIt() throws Exception {
        long activity = test.open(sale(10));

        RawCall.Result result = RawCall.make(
                test.channel,
                SeckillServiceGrpc.getSeckillStreamMethod(),
                List.of(
                        END_OF_A_GROUP_THAT_NEVER_BEGAN,
                        request(activity, 42, "r1", 1001, 1).toByteArray()),
                false);

        List<SeckillResponse> answers = new ArrayList<>();
        for (byte[] answer : result.answers()) {
            answers.add(SeckillResponse.parseFrom(answer));
        }
        assertThat(result.status().getCode()).isEqualTo(Status.Code.OK);
        assertThat(answers).hasSize(2);
        assertThat(answers)
                .filteredOn(answer -> answer.getRequestId().isEmpty())
                .singleElement()
                .satisfies(answer -> assertThat(answer.getError().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE));
        assertThat(answers)
                .filteredOn(answer -> answer.getRequestId().equals("r1"))
                .extracting(SeckillResponse::getOutcome)
                .containsExactly(Outcome.ACCEPTED);
    }
}
