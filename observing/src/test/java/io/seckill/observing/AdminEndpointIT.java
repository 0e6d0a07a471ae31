package io.seckill.observing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.settings.StartFailure;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminEndpointIT {
    private static final int SLOW_CLIENTS = 50;

    static {
        System.setProperty("sun.net.httpserver.maxReqTime", "1"); // before the JDK looks, so that nobody waits longer
    }

    private final HttpClient client = HttpClient.newHttpClient();
    private boolean ready = true;
    private final AdminEndpoint endpoint = endpoint(AdminSettings.local(0));

    private AdminEndpoint endpoint(AdminSettings settings) {
        return new AdminEndpoint(settings, new PartRegistry(), () -> ready);
    }

    @AfterEach
    void close() {
        endpoint.close();
        endpoint.close();
    }

    @Test
    void metricsAndHealthAreShown() throws Exception {
        endpoint.start();

        HttpResponse<String> metrics = send("GET", "/metrics");
        assertThat(metrics.statusCode()).isEqualTo(200);
        assertThat(metrics.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(metrics.body()).contains("seckill_ready 1.0\n").contains("jvm_memory_used_bytes{");
        assertThat(send("GET", "/healthz").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
        assertThat(send("HEAD", "/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void partThatDoesNotWorkIsAliveAndNotReady() throws Exception {
        endpoint.start();
        ready = false;

        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/healthz").statusCode()).isEqualTo(200);
        assertThat(send("GET", "/metrics").body()).contains("seckill_ready 0.0\n");
    }

    @Test
    void clientsThatDoNotFinishTheirRequestsLockNobodyOut() throws Exception {
        endpoint.start();
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
                slow.add(socket);
                socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
            }

            assertThat(client.sendAsync(request("GET", "/healthz"), HttpResponse.BodyHandlers.ofString()))
                    .succeedsWithin(Duration.ofSeconds(20))
                    .satisfies(answer -> assertThat(answer.statusCode()).isEqualTo(200));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void nothingElseIsThere() throws Exception {
        endpoint.start();

        assertThat(send("GET", "/").statusCode()).isEqualTo(404);
        assertThat(send("GET", "/metricsandmore").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
    }

    @Test
    void usualPortThatIsTakenIsReplacedByAnother() {
        endpoint.start();
        AdminEndpoint second = endpoint(new AdminSettings("127.0.0.1", endpoint.port(), true));
        try {
            second.start();
            assertThat(second.port()).isPositive().isNotEqualTo(endpoint.port());
        } finally {
            second.close();
        }
    }

    @Test
    void portThatWasAskedForAndIsTakenEndsTheStart() {
        endpoint.start();
        AdminEndpoint second = endpoint(AdminSettings.local(endpoint.port()));

        assertThatThrownBy(second::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("127.0.0.1:" + endpoint.port())
                .hasMessageContaining("--admin-port");
        second.close();
    }

    @Test
    void hostThatIsNotThereEndsTheStart() {
        AdminEndpoint elsewhere = endpoint(new AdminSettings("no.such.host.invalid", 0, true));

        assertThatThrownBy(elsewhere::start)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("no.such.host.invalid")
                .hasMessageContaining("--admin-host");
        elsewhere.close();
    }

    @Test
    void whatIsOffDoesNotListen() {
        AdminEndpoint off = endpoint(AdminSettings.off());
        off.start();

        assertThat(off.port()).isEqualTo(AdminSettings.OFF);
        off.close();
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return client.send(request(method, path), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
    }
}
