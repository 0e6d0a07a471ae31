package io.seckill.server.console;

import com.sun.net.httpserver.HttpExchange;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.seckill.server.grpc.CallerRights;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What can be asked over HTTP, and by whom. Blocking for some seconds at most, thread-safe. */
final class ConsoleRoutes {
    private static final int MAX_BODY_BYTES = 4 * 1024;
    private static final Pattern JSON = Pattern.compile("application/json *(;.*)?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern AND = Pattern.compile("&");
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** What is read for everybody who looks, so whoever looks has to be allowed all of it. */
    private static final List<MethodDescriptor<?, ?>> READING = List.of(
            ActivityServiceGrpc.getListActivitiesMethod(),
            ActivityServiceGrpc.getGetActivityMethod(),
            SeckillServiceGrpc.getGetStockMethod(),
            OperationsServiceGrpc.getDescribeStreamsMethod(),
            OperationsServiceGrpc.getListDeadLettersMethod(),
            OperationsServiceGrpc.getReconcileMethod());

    private final PageFiles files = new PageFiles();
    private final AllowedHosts hosts;
    private final CallerRights rights;
    private final SaleWatches watches;
    private final SaleActions actions;

    ConsoleRoutes(AllowedHosts hosts, CallerRights rights, SaleWatches watches, ServiceCalls calls) {
        this.hosts = hosts;
        this.rights = rights;
        this.watches = watches;
        this.actions = new SaleActions(calls);
    }

    HttpAnswer answer(HttpExchange exchange) throws IOException {
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (!hosts.admits(host, exchange.getLocalAddress().getAddress())) {
            return HttpAnswer.refusal(
                    HttpAnswer.MISDIRECTED,
                    "FOREIGN_HOST",
                    "this console is not known by that name; give its names with --console-host");
        }
        String path = exchange.getRequestURI().getPath();
        if (path.equals(Console.PATH)) {
            return HttpAnswer.moved(Console.PATH + "/");
        }
        if (!path.startsWith(Console.PATH + "/")) {
            return notFound();
        }
        String name = path.substring(Console.PATH.length() + 1);
        try {
            return SaleActions.knows(name) ? change(exchange, name, host) : read(exchange, name);
        } catch (StatusRuntimeException e) {
            return Refusal.of(e).answer();
        }
    }

    private HttpAnswer read(HttpExchange exchange, String name) {
        Optional<HttpAnswer> file = files.at(name);
        if (file.isEmpty() && !name.equals("activities") && !name.equals("state")) {
            return notFound();
        }
        if (!List.of("GET", "HEAD").contains(exchange.getRequestMethod())) {
            return HttpAnswer.methodNotAllowed("GET, HEAD");
        }
        if (file.isPresent()) {
            return file.get();
        }
        Viewer viewer = viewer(exchange);
        viewer.rights().require(READING);
        if (name.equals("activities")) {
            return HttpAnswer.json(HttpAnswer.OK, watches.list(viewer));
        }
        Optional<Long> activity = parameter(exchange, "activity");
        if (activity.isEmpty()) {
            return HttpAnswer.refusal(
                    HttpAnswer.BAD_REQUEST, "INVALID_REQUEST", "activity: missing (expected: the id of an activity)");
        }
        long after = parameter(exchange, "after").orElse(0L);
        return HttpAnswer.json(HttpAnswer.OK, watches.state(activity.get(), after, viewer));
    }

    private HttpAnswer change(HttpExchange exchange, String name, @Nullable String host) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            return HttpAnswer.methodNotAllowed("POST");
        }
        if (!hosts.admitsChange(exchange.getRequestHeaders().getFirst("Origin"), host)) {
            return HttpAnswer.refusal(
                    HttpAnswer.FORBIDDEN, "FOREIGN_ORIGIN", "another page asks for this; only the console's own may");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !JSON.matcher(type.toLowerCase(Locale.ROOT)).matches()) {
            return HttpAnswer.refusal(HttpAnswer.NOT_JSON, "INVALID_REQUEST", "expected: application/json");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            return HttpAnswer.refusal(
                    HttpAnswer.TOO_LARGE,
                    "INVALID_REQUEST",
                    "expected: a body of at most " + MAX_BODY_BYTES + " bytes");
        }
        Viewer viewer = viewer(exchange);
        SaleActions.Asked asked = SaleActions.Asked.parse(new String(body, StandardCharsets.UTF_8));
        CompletableFuture<Activity> changing = actions.run(name, asked, viewer);
        try {
            Activity sale = changing.join();
            return HttpAnswer.json(HttpAnswer.OK, Json.of(sale));
        } catch (CompletionException e) {
            return Refusal.of(e).answer();
        } finally {
            watches.changed(asked.activityId());
        }
    }

    private Viewer viewer(HttpExchange exchange) {
        Metadata credentials = new Metadata();
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (authorization != null) {
            credentials.put(AUTHORIZATION, authorization);
        }
        return new Viewer(credentials, rights.of(credentials));
    }

    private static Optional<Long> parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        return Arrays.stream(query == null ? new String[0] : AND.split(query))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .filter(value -> NUMBER.matcher(value).matches())
                .map(Long::valueOf)
                .findFirst();
    }

    private static HttpAnswer notFound() {
        return HttpAnswer.refusal(HttpAnswer.NOT_FOUND, "NOT_FOUND", "expected: " + Console.PATH + "/");
    }
}
