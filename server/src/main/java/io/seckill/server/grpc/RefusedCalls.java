package io.seckill.server.grpc;

import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Counts the calls and messages that were refused for who made them, by reason, and says so in the log: from where and for
 * what, never with which token or for which user. Thread-safe.
 */
public final class RefusedCalls implements MeterBinder {
    private static final List<Reason> REASONS = List.of(
            Reason.NOT_AUTHENTICATED,
            Reason.TOKEN_INVALID,
            Reason.TOKEN_EXPIRED,
            Reason.TOKEN_KEYS_UNAVAILABLE,
            Reason.ROLE_REQUIRED,
            Reason.FOREIGN_USER);
    private static final Logger log = LoggerFactory.getLogger(RefusedCalls.class);

    private final Map<Reason, LongAdder> counts = new EnumMap<>(Reason.class);

    public RefusedCalls() {
        REASONS.forEach(reason -> counts.put(reason, new LongAdder()));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counts.forEach((reason, count) -> FunctionCounter.builder("seckill.refused.calls", count, LongAdder::sum)
                .description("Calls, and messages of SeckillStream, refused for who made them, by reason")
                .tag("reason", reason.name())
                .register(registry));
    }

    /**
     * Notes a call.
     *
     * @param request what it asked for; null if that was not read
     */
    void refused(ServerCall<?, ?> call, RequestFailure failure, @Nullable Object request) {
        SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        String from = peer instanceof InetSocketAddress address ? address.getHostString() : String.valueOf(peer);
        note(call.getMethodDescriptor().getFullMethodName(), failure, request, from);
    }

    /** Notes one message of a call of SeckillStream. */
    void refusedMessage(RequestFailure failure, Object request) {
        note("seckill.v1.SeckillService/SeckillStream", failure, request, "an open stream");
    }

    private void note(String method, RequestFailure failure, @Nullable Object request, String from) {
        LongAdder count = counts.get(failure.reason());
        if (count != null) {
            count.increment();
        }
        LoggingEventBuilder line = log.atWarn();
        for (Map.Entry<String, String> note : CallNotes.of(request).asMap().entrySet()) {
            line = line.addKeyValue(note.getKey(), note.getValue());
        }
        line.log("{} is refused to a caller at {}: {}", method, from, failure.reason());
    }
}
