package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.grpc.StatusRuntimeException;
import io.seckill.observing.AdminSettings;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.console.ConsoleSettings;
import io.seckill.server.tokens.TestIssuer;
import io.seckill.v1.Activity;
import io.seckill.v1.GetActivityRequest;
import io.seckill.v1.GetStockRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The console over HTTP: on a server that asks nobody, and on one that asks who calls. */
class ConsoleIT {
    private static final String JSON = "application/json";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static TestServer open;
    private static TestServer asking;

    @BeforeAll
    static void start() {
        ServerSettings settings = TestServer.fresh()
                .withAdmin(AdminSettings.local(0))
                .withConsole(new ConsoleSettings(false, Set.of("console.shop")));
        open = new TestServer(settings);
        asking = new TestServer(
                settings.withAccess(TestIssuer.access(directory.resolve("keys.json"))),
                TestServer.bearer(TestIssuer.token("ada", "admin")));
    }

    @AfterAll
    static void stop() {
        asking.close();
        open.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'', text/html",
        "console.css, text/css",
        "icon.svg, image/svg+xml",
        "main.js, text/javascript",
        "server.js, text/javascript",
        "figures.js, text/javascript",
        "tables.js, text/javascript",
        "charts.js, text/javascript",
        "dialogs.js, text/javascript",
        "words.js, text/javascript"
    })
    void pageIsServedAndMayLoadNothingFromElsewhere(String file, String type) throws Exception {
        HttpResponse<String> page = get(open, file, "");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue(type + "; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValue("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
                        + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(page.body()).doesNotContain("<script>", "<style", " style=", "onclick", "innerHTML", "eval(");
    }

    @Test
    void nothingElseIsThereAndMethodsAreKept() throws Exception {
        assertThat(get(open, "package-info.class", "").statusCode()).isEqualTo(404);
        assertThat(get(open, "../metrics", "").statusCode()).isEqualTo(404);
        assertThat(get(open, "state", "").statusCode()).isEqualTo(400);
        assertThat(send(open, "/consolement", HttpRequest.newBuilder()).statusCode())
                .isEqualTo(404);
        HttpResponse<String> moved = send(open, "/console", HttpRequest.newBuilder());
        assertThat(moved.statusCode()).isEqualTo(308);
        assertThat(moved.headers().firstValue("Location")).hasValue("/console/");
        HttpResponse<String> posted = post(open, "", JSON, "{}", "");
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(posted.headers().firstValue("Allow")).hasValue("GET, HEAD");
        HttpResponse<String> got = get(open, "pause", "");
        assertThat(got.statusCode()).isEqualTo(405);
        assertThat(got.headers().firstValue("Allow")).hasValue("POST");
        assertThat(send(open, "/metrics", HttpRequest.newBuilder()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void saleIsShownAsTheServicesSay() throws Exception {
        long id = open.open(TestServer.sale(10, 20));
        open.buyer.seckill(TestServer.request(id, 1, "r", 1001, 2, 1002, 1));
        open.buyer.seckill(TestServer.request(id, 1, "r", 1001, 2, 1002, 1));
        open.buyer.seckill(TestServer.request(id, 1, "other", 1001, 1));
        assertThatThrownBy(() -> open.buyer.seckill(TestServer.request(id, 2, "r", 1001, 3)))
                .isInstanceOf(StatusRuntimeException.class);

        JsonObject state = state(open, id, "");
        JsonObject stock = value(state, "stock");
        assertThat(stock.get("total").getAsLong()).isEqualTo(30);
        assertThat(stock.get("remaining").getAsLong()).isEqualTo(27);
        JsonObject streams = value(state, "streams");
        assertThat(streams.get("unread").getAsLong()).isEqualTo(2);
        assertThat(streams.get("queueMillis").getAsLong())
                .isPositive()
                .isEqualTo(streams.get("recordMillis").getAsLong());
        JsonObject counts = state.getAsJsonObject("counts");
        assertThat(counts.get("FAILED").getAsLong()).isZero();
        assertThat(List.of("ACCEPTED", "REPLAYED", "LIMIT_REACHED", "INVALID"))
                .allSatisfy(
                        outcome -> assertThat(counts.get(outcome).getAsLong()).isEqualTo(1));
        assertThat(state.getAsJsonArray("epochs").toString()).isEqualTo("[1]");
        assertThat(value(state, "activity").get("state").getAsString()).isEqualTo("ACTIVE");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(value(state(open, id, ""), "books")
                                .get("difference")
                                .getAsLong())
                        .isZero());
        assertThat(state(open, id, "").getAsJsonObject("history").getAsJsonArray("points"))
                .isNotEmpty()
                .allSatisfy(point -> assertThat(point.getAsJsonArray()).hasSize(8));
    }

    @Test
    void howeverManyLookItIsReadOnce() throws Exception {
        long id = open.open(TestServer.sale(10));
        double before = calls("DescribeStreams");
        long began = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            state(open, id, "");
        }
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();

        assertThat(calls("DescribeStreams") - before).isBetween(1.0, seconds * 2.0 + 2);
    }

    private static double calls(String method) throws Exception {
        return send(open, "/metrics", HttpRequest.newBuilder())
                .body()
                .lines()
                .filter(line -> line.startsWith("seckill_rpc_seconds_count{") && line.contains("/" + method + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void actionsChangeTheSaleAndAddingUnderOneIdAddsOnce() throws Exception {
        long id = open.open(TestServer.sale(10));

        assertThat(act(open, "pause", id, "").statusCode()).isEqualTo(200);
        assertThat(stateOf(open, id)).isEqualTo(Activity.State.PAUSED);
        assertThat(value(state(open, id, ""), "activity").get("state").getAsString())
                .isEqualTo("PAUSED");
        assertThat(act(open, "resume", id, "").statusCode()).isEqualTo(200);
        assertThat(stateOf(open, id)).isEqualTo(Activity.State.ACTIVE);
        String add = "{\"activityId\":\"" + id + "\",\"productId\":\"1001\",\"quantity\":5,\"requestId\":\"a\"}";
        assertThat(post(open, "add-stock", JSON, add, "").statusCode()).isEqualTo(200);
        assertThat(post(open, "add-stock", JSON, add, "").statusCode()).isEqualTo(200);
        assertThat(open.buyer
                        .getStock(GetStockRequest.newBuilder().setActivityId(id).build())
                        .getProducts(0)
                        .getTotal())
                .isEqualTo(15);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{\"activityId\":null}",
                "{\"activityId\":1.5}",
                "{\"activityId\":1,\"quantity\":1}",
                "{\"activityId\":1,\"productId\":1,\"quantity\":1,\"requestId\":\"\"}",
                "{\"activityId\":1,\"productId\":1,\"quantity\":0,\"requestId\":\"r\"}"
            })
    void bodyThatMakesNoSenseIsRefusedInWords(String body) throws Exception {
        HttpResponse<String> refused = post(open, "add-stock", JSON, body, "");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JsonParser.parseString(refused.body())
                        .getAsJsonObject()
                        .get("message")
                        .getAsString())
                .isNotBlank();
    }

    @Test
    void bodyIsBoundedAndHasToBeJson() throws Exception {
        long id = open.open(TestServer.sale(1));
        String pause = "{\"activityId\":" + id + "}";

        assertThat(post(open, "pause", JSON, pause + " ".repeat(5_000), "").statusCode())
                .isEqualTo(413);
        assertThat(post(open, "pause", "text/plain", pause, "").statusCode()).isEqualTo(415);
        assertThat(post(open, "pause", "application/jsonp", pause, "").statusCode())
                .isEqualTo(415);
        assertThat(stateOf(open, id)).isEqualTo(Activity.State.ACTIVE);
    }

    @Test
    void whatDoesNotExistIsSaid() throws Exception {
        assertThat(act(open, "pause", 404_404, "").statusCode()).isEqualTo(404);
        JsonObject state = state(open, 404_404, "");
        assertThat(state.getAsJsonObject("activity").get("error").getAsString()).isEqualTo("ACTIVITY_NOT_FOUND");
    }

    @Test
    void otherPagesAndOtherNamesAreRefused() throws Exception {
        long id = open.open(TestServer.sale(1));
        int port = open.server.adminPort();

        assertThat(raw("GET /console/ HTTP/1.1", "Host: stranger.test:" + port)).contains(" 421 ");
        assertThat(raw("GET /console/state?activity=" + id + " HTTP/1.1", "Host: stranger.test"))
                .contains(" 421 ");
        assertThat(raw("GET /console/ HTTP/1.0")).contains(" 421 ");
        assertThat(raw("GET /console/ HTTP/1.1", "Host: console.shop")).contains(" 200 ");
        assertThat(raw("GET /console/ HTTP/1.1", "Host: localhost:1")).contains(" 200 ");
        assertThat(rawPause(id, "stranger.test", null)).contains(" 421 ");
        assertThat(rawPause(id, "127.0.0.1:" + port, "http://stranger.test")).contains(" 403 ");
        assertThat(rawPause(id, "127.0.0.1:" + port, "http://127.0.0.1:1")).contains(" 403 ");
        assertThat(rawPause(id, "127.0.0.1:" + port, "null")).contains(" 403 ");
        assertThat(stateOf(open, id)).isEqualTo(Activity.State.ACTIVE);
        assertThat(rawPause(id, "console.shop", "https://console.shop")).contains(" 200 ");
        assertThat(stateOf(open, id)).isEqualTo(Activity.State.PAUSED);
    }

    @Test
    void rolesAreThoseOfTheServices() throws Exception {
        long id = asking.open(TestServer.sale(10));
        String operator = TestIssuer.token("olga", "operator");

        assertThat(get(asking, "", "").statusCode()).isEqualTo(200);
        assertRefused(get(asking, "activities", ""), 401, "NOT_AUTHENTICATED");
        assertRefused(get(asking, "state?activity=" + id, "nonsense"), 401, "TOKEN_INVALID");
        assertRefused(get(asking, "state?activity=" + id, TestIssuer.token("42", "buyer")), 403, "ROLE_REQUIRED");
        assertRefused(get(asking, "state?activity=" + id, TestIssuer.token("shop", "bff")), 403, "ROLE_REQUIRED");
        JsonObject seen = state(asking, id, operator);
        assertThat(value(seen, "stock").get("remaining").getAsLong()).isEqualTo(10);
        assertThat(seen.get("caller").toString())
                .isEqualTo("{\"name\":\"olga\",\"roles\":[\"operator\"],\"asked\":true,\"mayPause\":false,"
                        + "\"mayAddStock\":false}");
        assertRefused(get(asking, "state?activity=" + id, ""), 401, "NOT_AUTHENTICATED");
        for (String action : List.of("pause", "resume")) {
            assertRefused(act(asking, action, id, ""), 401, "NOT_AUTHENTICATED");
            assertRefused(act(asking, action, id, operator), 403, "ROLE_REQUIRED");
        }
        assertRefused(
                post(
                        asking,
                        "add-stock",
                        JSON,
                        "{\"activityId\":" + id + ",\"productId\":1001,\"quantity\":1,\"requestId\":\"a\"}",
                        operator),
                403,
                "ROLE_REQUIRED");
        assertThat(stateOf(asking, id)).isEqualTo(Activity.State.ACTIVE);
        assertThat(act(asking, "pause", id, TestIssuer.token("ada", "admin")).statusCode())
                .isEqualTo(200);
        assertThat(stateOf(asking, id)).isEqualTo(Activity.State.PAUSED);
    }

    @Test
    void itCanBeLeftOutAndIsNotShownToStrangers() throws Exception {
        ServerSettings shown = TestServer.fresh().withAdmin(AdminSettings.local(0));
        try (TestServer without = new TestServer(shown.withConsole(ConsoleSettings.OFF))) {
            assertThat(send(without, "/console/", HttpRequest.newBuilder()).statusCode())
                    .isEqualTo(404);
            assertThat(without.server.consoleUrl()).isEmpty();
        }
        AdminSettings everywhere = new AdminSettings("0.0.0.0", 0, false);
        AccessSettings toAll = new AccessSettings(Optional.empty(), Optional.empty(), true);
        try (TestServer strangers = new TestServer(shown.withAdmin(everywhere).withAccess(toAll))) {
            assertThat(send(strangers, "/metrics", HttpRequest.newBuilder()).statusCode())
                    .isEqualTo(200);
            assertThat(send(strangers, "/console/", HttpRequest.newBuilder()).statusCode())
                    .isEqualTo(404);
        }
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String reason) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JsonParser.parseString(answer.body())
                        .getAsJsonObject()
                        .get("error")
                        .getAsString())
                .isEqualTo(reason);
    }

    private static Activity.State stateOf(TestServer test, long id) {
        return test.operator
                .getActivity(GetActivityRequest.newBuilder().setActivityId(id).build())
                .getActivity()
                .getState();
    }

    private static JsonObject state(TestServer test, long id, String token) throws Exception {
        HttpResponse<String> answer = get(test, "state?activity=" + id, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    private static JsonObject value(JsonObject state, String part) {
        JsonObject found = state.getAsJsonObject(part).getAsJsonObject("value");
        assertThat(found).as(state.toString()).isNotNull();
        return found;
    }

    private static HttpResponse<String> act(TestServer test, String action, long id, String token) throws Exception {
        return post(test, action, JSON, "{\"activityId\":\"" + id + "\"}", token);
    }

    private static HttpResponse<String> get(TestServer test, String path, String token) throws Exception {
        return send(test, "/console/" + path, bearer(HttpRequest.newBuilder(), token));
    }

    private static HttpResponse<String> post(TestServer test, String path, String type, String body, String token)
            throws Exception {
        return send(
                test,
                "/console/" + path,
                bearer(HttpRequest.newBuilder(), token)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder bearer(HttpRequest.Builder request, String token) {
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(TestServer test, String path, HttpRequest.Builder request)
            throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + test.server.adminPort() + path);
        return CLIENT.send(request.uri(uri).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private static String rawPause(long id, String host, String origin) throws IOException {
        String body = "{\"activityId\":" + id + "}";
        return raw(
                "POST /console/pause HTTP/1.1",
                "Host: " + host,
                "Content-Type: " + JSON,
                "Content-Length: " + body.length(),
                origin == null ? "Accept: */*" : "Origin: " + origin,
                "",
                body);
    }

    /** The status line of the answer to exactly these lines, since Java's client chooses Host and Origin by itself. */
    private static String raw(String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.server.adminPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
