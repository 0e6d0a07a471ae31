package io.seckill.server.grpc;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the calls under way of each method, and measures how long calls take that have one answer, by status. Calls that
 * stream last as long as their clients like, so their length says nothing. Thread-safe.
 */
public final class CallMetrics extends ServerStreamTracer.Factory {
    /** In place of a method that nobody serves, since its name is the caller's. */
    private static final String OTHER = "other";

    private static final Duration[] TIMES = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;
    private final Map<String, Method> methods = new HashMap<>();
    private final Method other;

    /** One that knows the methods of these services. */
    public CallMetrics(MeterRegistry registry, List<BindableService> services) {
        this.registry = registry;
        for (BindableService service : services) {
            service.bindService().getMethods().forEach(served -> {
                MethodDescriptor<?, ?> method = served.getMethodDescriptor();
                methods.put(
                        method.getFullMethodName(),
                        new Method(method.getFullMethodName(), method.getType().serverSendsOneMessage()));
            });
        }
        this.other = new Method(OTHER, false);
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        return new Call(methods.getOrDefault(fullMethodName, other));
    }

    /** What is kept of one method; its timers are made when a call first ends so. */
    private final class Method {
        private final String name;
        private final boolean measured;
        private final LongAdder open = new LongAdder();
        private final Map<Status.Code, Timer> byStatus = new ConcurrentHashMap<>();

        Method(String name, boolean measured) {
            this.name = name;
            this.measured = measured;
            Gauge.builder("seckill.rpc.open", open, LongAdder::sum)
                    .strongReference(true)
                    .description("Calls under way")
                    .tag("method", name)
                    .register(registry);
            if (measured) {
                timer(Status.Code.OK);
            }
        }

        private Timer timer(Status.Code status) {
            Timer known = byStatus.get(status);
            return known == null ? byStatus.computeIfAbsent(status, this::register) : known;
        }

        private Timer register(Status.Code status) {
            return Timer.builder("seckill.rpc")
                    .description("How long calls took that have one answer")
                    .serviceLevelObjectives(TIMES)
                    .tags("method", name, "status", status.name())
                    .register(registry);
        }
    }

    /** One call, from its first byte to its last. */
    private static final class Call extends ServerStreamTracer {
        private final Method method;
        private final long beganNanos = System.nanoTime();

        Call(Method method) {
            this.method = method;
            method.open.increment();
        }

        @Override
        public void streamClosed(Status status) {
            method.open.decrement();
            if (method.measured) {
                method.timer(status.getCode()).record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
            }
        }
    }
}
