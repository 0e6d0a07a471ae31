package io.seckill.server.grpc;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.seckill.server.limits.InFlight;
import io.seckill.v1.SeckillServiceGrpc;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls under way of each method, and measures how long calls take that have one answer, by status. Calls that
 * stream last as long as their clients like, so their length says nothing. Counts buyers' calls for {@link InFlight} too,
 * since nobody else is told without fail that a call is over. Thread-safe.
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
    private final InFlight inFlight;
    private final Map<String, Method> methods = new HashMap<>();
    private final Method other;

    /** One that knows the methods of these services. */
    public CallMetrics(MeterRegistry registry, InFlight inFlight, List<BindableService> services) {
        this.registry = registry;
        this.inFlight = inFlight;
        for (BindableService service : services) {
            service.bindService().getMethods().forEach(served -> {
                MethodDescriptor<?, ?> method = served.getMethodDescriptor();
                methods.put(
                        method.getFullMethodName(),
                        new Method(
                                method.getFullMethodName(),
                                method.getType().serverSendsOneMessage(),
                                isBounded(method)));
            });
        }
        this.other = new Method(OTHER, false, false);
    }

    /** Operators' calls have places of their own, watches too, and health checks are always served. */
    private static boolean isBounded(MethodDescriptor<?, ?> method) {
        return SeckillServiceGrpc.SERVICE_NAME.equals(method.getServiceName())
                && method.getType() != MethodDescriptor.MethodType.SERVER_STREAMING;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
        Method method = methods.getOrDefault(fullMethodName, other);
        return new Call(method, method.bounded ? inFlight : null);
    }

    /** What is kept of one method; its timers are made when a call first ends so. */
    private final class Method {
        private final String name;
        private final boolean measured;
        private final boolean bounded;
        private final LongAdder open = new LongAdder();
        private final Map<Status.Code, Timer> byStatus = new ConcurrentHashMap<>();

        Method(String name, boolean measured, boolean bounded) {
            this.name = name;
            this.measured = measured;
            this.bounded = bounded;
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
        private final @Nullable InFlight bound;
        private final boolean tooMany;
        private final long beganNanos = System.nanoTime();

        Call(Method method, @Nullable InFlight bound) {
            this.method = method;
            this.bound = bound;
            this.tooMany = bound != null && !bound.begin();
            method.open.increment();
        }

        @Override
        public Context filterContext(Context context) {
            return tooMany ? InFlightLimit.tooMany(context) : context;
        }

        @Override
        public void streamClosed(Status status) {
            method.open.decrement();
            if (bound != null && !tooMany) {
                bound.end();
            }
            if (method.measured) {
                method.timer(status.getCode()).record(System.nanoTime() - beganNanos, TimeUnit.NANOSECONDS);
            }
        }
    }
}
