package io.seckill.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.JsonFormat;
import io.seckill.cli.Finished;
import io.seckill.cli.local.LocalParts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.migrations.PostgresSettings;
import io.seckill.migrations.SchemaMigrator;
import io.seckill.server.SeckillServer;
import io.seckill.stock.RedisSettings;
import io.seckill.v1.ListOrdersResponse;
import io.seckill.v1.Order;
import io.seckill.worker.StreamWorker;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code seckill orders} against a server and a worker. */
class OrderCommandsIT {
    private static final String USER = "42";
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private LocalParts parts;
    private SeckillServer server;
    private String activity;

    @BeforeEach
    void start() {
        PostgresSettings postgres = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(postgres);
        parts = new LocalParts(RedisSettings.of(SharedServers.freshRedisUrl()), postgres, Clock.systemUTC());
        server = parts.startServer(0);
        activity = call("activity create --name Sale --product 1001:9:9900 --max-orders-per-user 9 --preheat")
                .out()
                .replaceAll("(?s)activity (\\d+).*", "$1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void orderIsShownBeforeAndAfterItIsRecordedAndPaidOnce() {
        String id = buy("r1");
        Finished accepted = show("--order " + id);
        assertThat(accepted.outLines().get(0)).isEqualTo("order " + id + ": ACCEPTED, 99.00 CNY");
        assertThat(accepted.out())
                .contains("user 42, activity " + activity + ", request id r1")
                .contains("stream:seckill:{" + activity + ".0}:1001");
        assertThat(pay(id, "p1").err()).hasLineCount(1).contains("ORDER_NOT_RECORDED");

        recordUntil(() -> show("--request-id r1").out().contains("PENDING_PAYMENT"));
        assertThat(show("--request-id r1").outLines().get(0))
                .matches("order " + id + ": PENDING_PAYMENT, 99.00 CNY to be paid until \\d{4}-.*Z");

        Finished paid = pay(id, "p1");
        assertThat(paid.exit()).as(paid.err()).isZero();
        assertThat(paid.outLines().get(0)).isEqualTo("order " + id + ": PAID, 99.00 CNY paid by p1");
        assertThat(paid.outLines()).anyMatch(line -> line.matches(" +1001 +1  99.00 CNY  SUCCEEDED +-  stream:.*"));
        assertThat(pay(id, "p1").outLines()).isEqualTo(paid.outLines());
        Finished cancelled = orders("cancel --order " + id);
        assertThat(cancelled.exit()).isEqualTo(1);
        assertThat(cancelled.err()).hasLineCount(1).contains("PAID → CANCELLED").contains("ORDER_NOT_PENDING");
    }

    @Test
    void watchPrintsEachStateUntilTheLast() throws Exception {
        String id = buy("r1");
        CompletableFuture<Finished> watch = CompletableFuture.supplyAsync(() -> orders("watch --order " + id));

        recordUntil(() -> orders("cancel --order " + id).exit() == 0);

        Finished finished = watch.get(WITHIN.toSeconds(), TimeUnit.SECONDS);
        assertThat(finished.exit()).as(finished.err()).isZero();
        assertThat(finished.outLines().get(finished.outLines().size() - 1)).matches("\\d{4}-.*Z  CANCELLED, 99.00 CNY");
    }

    @Test
    void listsArePagedAndOfOneSaleIfAsked() throws Exception {
        String first = buy("r1");
        String second = buy("r2");
        recordUntil(() -> call("orders list --user 42").outLines().size() == 3);
        Finished page = call("orders list --user 42 --page-size 1");
        assertThat(page.outLines()).hasSize(3);
        assertThat(page.outLines().get(1)).startsWith(second).contains("PENDING_PAYMENT  99.00 CNY");
        String token = page.outLines().get(2).replaceAll(".*--page-token ", "");
        assertThat(call("orders list --user 42 --page-size 1 --page-token " + token)
                        .outLines()
                        .get(1))
                .startsWith(first);

        ListOrdersResponse.Builder json = ListOrdersResponse.newBuilder();
        JsonFormat.parser()
                .merge(
                        call("orders list --user 42 --json --activity " + activity)
                                .out(),
                        json);
        assertThat(json.getOrdersList()).extracting(Order::getOrderId).containsExactly(second, first);
        assertThat(call("orders list --user 42 --activity 999").outLines()).hasSize(1);
        assertThat(call("orders list --user 43 --page-token " + token).err())
                .hasLineCount(1)
                .contains("page_token");
    }

    @Test
    void orderThatIsNotThereIsOneLine() throws Exception {
        assertThat(show("--request-id nothing").err()).hasLineCount(1).contains("ORDER_NOT_FOUND");
        assertThat(show("--order x").err()).hasLineCount(1).contains("order_id: 1 characters");
        assertThat(orders("watch --order x").err()).hasLineCount(1).contains("order_id: 1 characters");

        Order.Builder json = Order.newBuilder();
        JsonFormat.parser().merge(show("--order " + buy("r1") + " --json").out(), json);
        assertThat(json.getStatus()).isEqualTo(Order.Status.ACCEPTED);
    }

    private void recordUntil(Callable<Boolean> done) {
        StreamWorker worker = parts.startWorker();
        try {
            await().atMost(WITHIN).until(done);
        } finally {
            worker.close();
        }
    }

    private String buy(String requestId) {
        Finished bought =
                call("buy --activity " + activity + " --user " + USER + " --item 1001 --request-id " + requestId);
        assertThat(bought.exit()).as(bought.err()).isZero();
        return bought.outLines().get(0).replace("ACCEPTED: order ", "");
    }

    private Finished show(String flags) {
        return orders("show " + flags);
    }

    private Finished pay(String id, String payment) {
        return orders("pay --order " + id + " --payment-id " + payment);
    }

    private Finished orders(String command) {
        return call("orders " + command + " --activity " + activity + " --user " + USER);
    }

    private Finished call(String command) {
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of("--server", "127.0.0.1:" + server.port()));
        return Finished.run(words.toArray(String[]::new));
    }
}
