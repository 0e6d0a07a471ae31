package io.seckill.observing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.Gauge;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.CallerRunsPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket on which a part shows its metrics and its health over HTTP: GET {@code /metrics}, {@code /healthz} and
 * {@code /readyz}, and what else the part puts there. Has threads of its own, and asks nobody but the part's memory.
 */
public final class AdminEndpoint implements AutoCloseable {
    private static final int THREADS = 2;

    /** Requests that wait for a thread at most; with more, nobody else is let in until one is answered. */
    private static final int MAX_WAITING = 16;

    private static final int MAX_CONNECTING = 16;

    /** How long a client may take to ask, and then to take its answer; the JDK knows no other way to say so. */
    private static final Map<String, String> SLOW_CLIENTS =
            Map.of("sun.net.httpserver.maxReqTime", "5", "sun.net.httpserver.maxRspTime", "10");

    static {
        SLOW_CLIENTS.forEach((name, seconds) -> System.setProperty(name, System.getProperty(name, seconds)));
    }

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final Logger log = LoggerFactory.getLogger(AdminEndpoint.class);

    private final AdminSettings settings;
    private final PartRegistry registry;
    private final BooleanSupplier ready;
    private final Map<String, HttpHandler> handlers = new LinkedHashMap<>();
    private @Nullable HttpServer http;
    private @Nullable ThreadPoolExecutor threads;

    /**
     * One that begins with {@link #start}.
     *
     * @param ready whether the part does its work, for load balancers and those who watch
     */
    public AdminEndpoint(AdminSettings settings, PartRegistry registry, BooleanSupplier ready) {
        this.settings = settings;
        this.registry = registry;
        this.ready = ready;
        Gauge.builder("seckill.ready", () -> ready.getAsBoolean() ? 1 : 0)
                .description("1 while the part does its work, as /readyz says")
                .register(registry.meters());
    }

    /**
     * Has another serve what is asked for below a path, from the start on. It is called on threads that metrics and health
     * need too, so whoever has to wait for something does so on its own.
     *
     * @param path such as {@code /console}; also what only begins with it comes to the handler
     */
    public synchronized void serveAt(String path, HttpHandler handler) {
        handlers.put(path, handler);
    }

    /**
     * Begins to listen, unless it is off.
     *
     * @throws StartFailure that says what to do, if the port is taken and no other will do
     */
    public synchronized void start() {
        if (settings.isOff()) {
            return;
        }
        registry.watchProcess();
        HttpServer server = open();
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                task -> {
                    Thread thread = new Thread(task, "admin");
                    thread.setDaemon(true);
                    return thread;
                },
                new CallerRunsPolicy());
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        handlers.forEach(server::createContext);
        server.start();
        http = server;
        log.info("metrics and health on http://{}:{}/metrics", settings.host(), port());
    }

    private HttpServer open() {
        try {
            return open(settings.port());
        } catch (BindException e) {
            if (!settings.orAnother()) {
                throw failure(e);
            }
            log.warn("admin port {} is taken, any other free one is used", settings.port());
        } catch (IOException | IllegalArgumentException e) {
            throw failure(e);
        }
        try {
            return open(0);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private HttpServer open(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(settings.host(), port), MAX_CONNECTING);
    }

    private StartFailure failure(Exception cause) {
        return new StartFailure(
                "cannot show metrics on " + settings.host() + ":" + settings.port() + " (" + cause.getMessage()
                        + "); choose another with --admin-host and --admin-port, or none with --admin-port=-1",
                cause);
    }

    /** The port that is listened on, or {@link AdminSettings#OFF}. */
    public synchronized int port() {
        return http == null ? AdminSettings.OFF : http.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!Set.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
                answer(exchange, METHOD_NOT_ALLOWED, PLAIN, "GET only\n");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/metrics" -> answer(exchange, OK, PROMETHEUS, registry.scrape());
                case "/healthz" -> answer(exchange, OK, PLAIN, "alive\n");
                case "/readyz" -> {
                    boolean isReady = ready.getAsBoolean();
                    answer(exchange, isReady ? OK : UNAVAILABLE, PLAIN, isReady ? "ready\n" : "not ready\n");
                }
                default -> answer(exchange, NOT_FOUND, PLAIN, known());
            }
        } catch (RuntimeException e) {
            log.warn("a request for {} failed", exchange.getRequestURI(), e);
        }
    }

    private String known() {
        return "/metrics, /healthz"
                + handlers.keySet().stream().map(", "::concat).collect(Collectors.joining()) + " or /readyz\n";
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Stops listening. Safe to call twice. */
    @Override
    public synchronized void close() {
        if (http != null) {
            http.stop(0);
            http = null;
        }
        if (threads != null) {
            threads.shutdownNow();
        }
        registry.close();
    }
}
