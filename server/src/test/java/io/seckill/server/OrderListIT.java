package io.seckill.server;

import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.violations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.ListOrdersRequest;
import io.seckill.v1.ListOrdersResponse;
import io.seckill.v1.Order;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The orders of a user, page by page. */
class OrderListIT {
    private static final long USER = 42;
    private static final int ORDERS = 5;

    private static TestServer test;
    private static long first;
    private static long second;
    private static final List<String> newestFirst = new ArrayList<>();

    @BeforeAll
    static void start() {
        test = new TestServer();
        first = test.open(sale(100, 100).setMaxOrdersPerUser(100));
        second = test.open(sale(100).setMaxOrdersPerUser(100));
        for (int i = 0; i < ORDERS; i++) {
            newestFirst.add(0, buy(first, USER));
            newestFirst.add(0, buy(second, USER));
            buy(first, USER + 1);
        }
        Recording recording = new Recording(test);
        recording.record(first, 1001);
        recording.record(second, 1001);
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    private static String buy(long activity, long user) {
        return test.buyer.seckill(request(activity, user, "", 1001, 1)).getOrderId();
    }

    @Test
    void pagesGoThroughAllNewestFirstAndTheLastHasNoToken() {
        List<String> listed = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String token = "";
        do {
            ListOrdersResponse page = list(of(USER).setPageSize(4).setPageToken(token));
            page.getOrdersList().forEach(order -> listed.add(order.getOrderId()));
            sizes.add(page.getOrdersCount());
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(listed).isEqualTo(newestFirst);
        assertThat(sizes).containsExactly(4, 4, 2);
        assertThat(list(of(USER).setPageSize(2 * ORDERS)).getNextPageToken()).isEmpty();
    }

    @Test
    void oneActivityCanBeAskedFor() {
        ListOrdersResponse page = list(of(USER).setActivityId(first));

        assertThat(page.getOrdersList())
                .hasSize(ORDERS)
                .allMatch(order -> order.getActivityId() == first && order.getUserId() == USER);
        assertThat(list(of(USER).setActivityId(999_999)).getOrdersCount()).isZero();
    }

    @Test
    void orderThatIsRecordedInPartIsAcceptedWithTheLinesThereAre() {
        long user = USER + 2;
        test.buyer.seckill(request(first, user, "", 1001, 1, 1002, 1));
        new Recording(test).record(first, 1001);

        Order order = list(of(user)).getOrders(0);

        assertThat(order.getStatus()).isEqualTo(Order.Status.ACCEPTED);
        assertThat(order.getLinesCount()).isEqualTo(1);
        assertThat(order.hasExpireTime()).isFalse();
    }

    @Test
    void tokenServesOnlyTheListThatItCameFrom() {
        String token = list(of(USER).setPageSize(2)).getNextPageToken();
        String tampered = (token.charAt(0) == 'A' ? "B" : "A") + token.substring(1);

        for (ListOrdersRequest.Builder request : List.of(
                of(USER).setPageToken(tampered),
                of(USER).setPageToken("x"),
                of(USER + 1).setPageToken(token),
                of(USER).setActivityId(first).setPageToken(token))) {
            assertThat(fields(request)).containsExactly("page_token");
        }
    }

    @Test
    void everyFieldAtFaultIsNamedAtOnce() {
        assertThat(fields(of(0).setActivityId(-1).setPageSize(-1).setPageToken("x")))
                .containsExactlyInAnyOrder("user_id", "activity_id", "page_size", "page_token");
        assertThat(fields(of(USER).setPageSize(101))).containsExactly("page_size");
        assertThat(list(of(USER).setPageSize(100)).getOrdersCount()).isEqualTo(2 * ORDERS);
    }

    private static ListOrdersRequest.Builder of(long user) {
        return ListOrdersRequest.newBuilder().setUserId(user);
    }

    private static ListOrdersResponse list(ListOrdersRequest.Builder request) {
        return test.buyer.listOrders(request.build());
    }

    private static List<String> fields(ListOrdersRequest.Builder request) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> list(request));
        return violations(failure).stream()
                .map(BadRequest.FieldViolation::getField)
                .toList();
    }
}
