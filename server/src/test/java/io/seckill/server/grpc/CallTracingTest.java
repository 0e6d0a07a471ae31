package io.seckill.server.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.seckill.observing.tracing.Tracing;
import io.seckill.observing.tracing.TracingSettings;
import java.net.URI;
import org.junit.jupiter.api.Test;

class CallTracingTest {
    private static final String METHOD = "seckill.v1.SeckillService/Seckill";
    private static final String CONTEXT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-";

    @Test
    void nothingIsMadeForWhatIsNotTraced() {
        TracingSettings nobody = TracingSettings.to(URI.create("http://127.0.0.1:1"));
        try (Tracing off = Tracing.open(TracingSettings.off(), "test");
                Tracing asked = Tracing.open(nobody.withRatio(0), "test");
                Tracing all = Tracing.open(nobody.withRatio(1), "test")) {
            ServerStreamTracer untraced = new CallTracing(off).newServerStreamTracer(METHOD, headers("01"));

            assertThat(new CallTracing(asked).newServerStreamTracer(METHOD, new Metadata()))
                    .isSameAs(untraced);
            assertThat(new CallTracing(all).newServerStreamTracer(METHOD, headers("00")))
                    .isSameAs(untraced);
            assertThat(new CallTracing(all).newServerStreamTracer("grpc.health.v1.Health/Check", headers("01")))
                    .isSameAs(untraced);
            assertThat(new CallTracing(all).newServerStreamTracer("seckill.v1.SeckillService/MadeUp", headers("01")))
                    .isSameAs(untraced);
            assertThat(new CallTracing(asked).newServerStreamTracer(METHOD, headers("01")))
                    .isNotSameAs(untraced);
            assertThat(new CallTracing(all).newServerStreamTracer(METHOD, new Metadata()))
                    .isNotSameAs(untraced);
            assertThat(new CallTracing(off).message(CallSpan.NONE)).isSameAs(CallSpan.NONE);
            assertThat(new CallTracing(asked).message(CallSpan.NONE)).isSameAs(CallSpan.NONE);
            assertThat(CallSpan.NONE.traceparent()).isEmpty();
        }
    }

    private static Metadata headers(String flags) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER), CONTEXT + flags);
        return headers;
    }
}
