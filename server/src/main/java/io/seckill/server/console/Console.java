package io.seckill.server.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.grpc.Server;
import io.seckill.server.grpc.CallerRights;
import io.seckill.server.selling.SaleTally;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.AbortPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console of one server. Has threads of its own, so that a browser never keeps metrics and health waiting. */
public final class Console implements HttpHandler, AutoCloseable {
    /** Where it is on the admin port; the page itself is at this and a slash. */
    public static final String PATH = "/console";

    private static final int THREADS = 4;

    /** Requests that wait for a thread; more are refused. */
    private static final int MAX_WAITING = 64;

    private static final Logger log = LoggerFactory.getLogger(Console.class);

    private final ServiceCalls calls;
    private final ConsoleRoutes routes;
    private final ThreadPoolExecutor threads;

    /**
     * What the server knows by itself, without asking anybody.
     *
     * @param counts how requests for an activity ended here
     * @param epochs those of an activity's pools; empty if they are not known
     */
    public record ThisServer(LongFunction<SaleTally.Counts> counts, LongFunction<List<Long>> epochs) {}

    /**
     * One that serves what it is handed.
     *
     * @param host what the admin port listens on
     * @param inProcess the services, not started yet; started and stopped here
     */
    public Console(
            ConsoleSettings settings,
            String host,
            Server inProcess,
            CallerRights rights,
            ThisServer thisServer,
            Clock clock) {
        Set<String> names = new HashSet<>(settings.hosts());
        names.add(host.toLowerCase(Locale.ROOT));
        this.calls = new ServiceCalls(inProcess);
        this.routes =
                new ConsoleRoutes(new AllowedHosts(names), rights, new SaleWatches(calls, thisServer, clock), calls);
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                task -> {
                    Thread thread = new Thread(task, "console-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new AbortPolicy());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            threads.execute(() -> serve(exchange));
        } catch (RejectedExecutionException e) {
            try (exchange) {
                HttpAnswer.refusal(HttpAnswer.UNAVAILABLE, "OVERLOADED", "too many requests for the console wait")
                        .send(exchange);
            }
        }
    }

    private void serve(HttpExchange exchange) {
        try (exchange) {
            routes.answer(exchange).send(exchange);
        } catch (IOException e) {
            log.debug("a browser went away before it was answered: {}", e.toString());
        } catch (RuntimeException e) {
            log.warn("a request for {} failed", exchange.getRequestURI().getPath(), e);
        }
    }

    /** Ends the threads and the calls under way. Safe to call twice. */
    @Override
    public void close() {
        threads.shutdownNow();
        calls.close();
    }
}
