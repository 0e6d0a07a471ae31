package io.seckill.server;

import static io.seckill.server.TestServer.reason;
import static io.seckill.server.TestServer.request;
import static io.seckill.server.TestServer.sale;
import static io.seckill.server.TestServer.timestamp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.seckill.v1.Activity;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.GetActivityRequest;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.ListActivitiesResponse;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.Product;
import io.seckill.v1.ResumeActivityRequest;
import io.seckill.v1.SeckillResponse.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Running sales: what is written, what Redis follows, and what is refused. */
class ActivityIT {
    private static TestServer test;

    @BeforeAll
    static void start() {
        test = new TestServer();
    }

    @AfterAll
    static void stop() {
        test.close();
    }

    @Test
    void newActivityHasTheDefaultsOfWhatWasLeftOut() {
        Activity activity = get(test.create(sale(10, 20).setMaxQuantityPerLine(0)));

        assertThat(activity.getMaxOrdersPerUser()).isEqualTo(1);
        assertThat(activity.getMaxQuantityPerLine()).isEqualTo(1);
        assertThat(activity.getShards()).isEqualTo(1);
        assertThat(activity.getPaymentTimeout().getSeconds()).isEqualTo(900);
        assertThat(activity.getCurrencyCode()).isEqualTo("CNY");
        assertThat(activity.getState()).isEqualTo(Activity.State.ACTIVE);
        assertThat(activity.hasPreheatTime()).isFalse();
        assertThat(activity.getProductsList())
                .containsExactly(
                        Product.newBuilder()
                                .setProductId(1001)
                                .setStock(10)
                                .setUnitPrice(100)
                                .build(),
                        Product.newBuilder()
                                .setProductId(1002)
                                .setStock(20)
                                .setUnitPrice(100)
                                .build());
    }

    @Test
    void stateFollowsTheClockAndTheSwitch() {
        Instant later = Instant.now().plusSeconds(600);
        long id = test.create(sale(10).setStartTime(timestamp(later)));
        List<Activity.State> states = new ArrayList<>();
        states.add(get(id).getState());
        test.operator.pauseActivity(
                PauseActivityRequest.newBuilder().setActivityId(id).build());
        states.add(get(id).getState());
        test.operator.resumeActivity(
                ResumeActivityRequest.newBuilder().setActivityId(id).build());
        states.add(get(id).getState());
        test.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(id).build());
        states.add(get(id).getState());

        assertThat(states)
                .containsExactly(
                        Activity.State.SCHEDULED,
                        Activity.State.PAUSED,
                        Activity.State.SCHEDULED,
                        Activity.State.ENDED);
    }

    @Test
    void createIsSafeToRepeatWithItsRequestId() {
        CreateActivityRequest request = CreateActivityRequest.newBuilder()
                .setActivity(sale(10))
                .setRequestId("create-1")
                .build();
        long first = test.operator.createActivity(request).getActivity().getActivityId();

        long again = test.operator.createActivity(request).getActivity().getActivityId();
        StatusRuntimeException other = fails(() -> test.operator.createActivity(request.toBuilder()
                .setActivity(request.getActivity().toBuilder().setName("another"))
                .build()));

        assertThat(again).isEqualTo(first);
        assertThat(reason(other)).isEqualTo("REQUEST_ID_REUSED");
    }

    @Test
    void listPagesThroughAllNewestFirst() {
        List<Long> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.add(0, test.create(sale(1)));
        }
        List<Long> listed = new ArrayList<>();
        String token = "";
        do {
            ListActivitiesResponse page = test.operator.listActivities(ListActivitiesRequest.newBuilder()
                    .setPageSize(2)
                    .setPageToken(token)
                    .build());
            assertThat(page.getActivitiesCount()).isBetween(1, 2);
            page.getActivitiesList().forEach(activity -> listed.add(activity.getActivityId()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(listed).startsWith(made.toArray(Long[]::new)).doesNotHaveDuplicates();
        assertThat((long) listed.size()).isEqualTo(test.number("SELECT count(*) FROM activities"));
    }

    @Test
    void badPageSizeAndTokenAreNamed() {
        StatusRuntimeException failure = fails(() -> test.operator.listActivities(ListActivitiesRequest.newBuilder()
                .setPageSize(101)
                .setPageToken("tampered!")
                .build()));

        assertThat(TestServer.violations(failure))
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("page_size", "page_token");
    }

    @Test
    void preheatingGrantsTheWholeStockOnceAndASecondTimeIsRefused() {
        long id = test.create(sale(10, 0));

        Activity activity = test.preheat(id);
        StatusRuntimeException again = fails(() -> test.preheat(id));

        assertThat(activity.hasPreheatTime()).isTrue();
        assertThat(again.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(reason(again)).isEqualTo("ALREADY_PREHEATED");
        assertThat(test.pool(id).get("remaining:1001")).isEqualTo("10");
        assertThat(test.pool(id).get("remaining:1002")).isEqualTo("0");
        assertThat(test.number("SELECT sum(unallocated) FROM activity_items WHERE activity_id = " + id))
                .isZero();
        assertThat(test.number("SELECT sum(granted) FROM allocations WHERE activity_id = " + id))
                .isEqualTo(10);
        assertThat(test.number("SELECT count(*) FROM grants g JOIN allocations a ON a.id = g.allocation_id"
                        + " WHERE g.applied_at IS NOT NULL AND a.activity_id = " + id))
                .as("a product without stock needs no grant")
                .isEqualTo(1);
        assertThat(test.buyer.seckill(request(id, 1, "r", 1002, 1)).getOutcome())
                .isEqualTo(Outcome.SOLD_OUT);
    }

    @Test
    void preheatingThatWasCutOffBetweenTheStoresIsCompletedByTheNextCall() {
        long id = test.create(sale(10));
        test.preheat(id);
        test.pool(id).delete();
        test.redis.getKeys().delete("seckill:{" + id + ".0}:grants");
        test.database.sql().execute("UPDATE activities SET pools_applied = 0 WHERE id = " + id);
        test.database.sql().execute("UPDATE pools SET prepared_at = NULL");
        test.database.sql().execute("UPDATE grants SET applied_at = NULL");

        // The server's own thread may be faster; then the activity counts as preheated.
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, () -> test.preheat(id));
        if (failure != null) {
            assertThat(reason(failure)).isEqualTo("ALREADY_PREHEATED");
        }
        assertThat(test.pool(id).get("remaining:1001")).isEqualTo("10");
        assertThat(test.number("SELECT sum(granted) FROM allocations WHERE activity_id = " + id))
                .isEqualTo(10);
    }

    @Test
    void addedStockIsForSaleAtOnceAndARepeatAddsNothing() {
        long id = test.open(sale(0));
        AddStockRequest request = AddStockRequest.newBuilder()
                .setActivityId(id)
                .setProductId(1001)
                .setQuantity(5)
                .setRequestId("add-1")
                .build();
        Outcome before = test.buyer.seckill(request(id, 1, "r", 1001, 1)).getOutcome();

        Activity activity = test.operator.addStock(request).getActivity();
        test.operator.addStock(request);
        StatusRuntimeException other = fails(
                () -> test.operator.addStock(request.toBuilder().setQuantity(6).build()));

        assertThat(before).isEqualTo(Outcome.SOLD_OUT);
        assertThat(activity.getProducts(0).getStock()).isEqualTo(5);
        assertThat(get(id).getProducts(0).getStock()).isEqualTo(5);
        assertThat(reason(other)).isEqualTo("REQUEST_ID_REUSED");
        assertThat(test.buyer.seckill(request(id, 1, "r", 1001, 1)).getOutcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(test.pool(id).get("remaining:1001")).isEqualTo("4");
    }

    @Test
    void stockAddedBeforePreheatingIsGrantedByIt() {
        long id = test.create(sale(3));
        addStock(id, 1001, 4);

        assertThat(test.number("SELECT unallocated FROM activity_items WHERE activity_id = " + id))
                .isEqualTo(7);
        test.preheat(id);
        assertThat(test.pool(id).get("remaining:1001")).isEqualTo("7");
    }

    @Test
    void endedActivityTakesNoStockAndStaysEnded() {
        long id = test.open(sale(3));
        test.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(id).build());
        test.operator.endActivity(
                EndActivityRequest.newBuilder().setActivityId(id).build());

        List<StatusRuntimeException> failures = List.of(
                fails(() -> addStock(id, 1001, 4)),
                fails(() -> test.operator.pauseActivity(
                        PauseActivityRequest.newBuilder().setActivityId(id).build())),
                fails(() -> test.operator.resumeActivity(
                        ResumeActivityRequest.newBuilder().setActivityId(id).build())));

        assertThat(failures).allSatisfy(failure -> {
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(reason(failure)).isEqualTo("ACTIVITY_ENDED");
        });
        assertThat(get(id).getProducts(0).getStock()).isEqualTo(3);
        assertThat(test.pool(id).get("remaining:1001")).isEqualTo("3");
    }

    @Test
    void unknownActivityAndProductAreNotFound() {
        long id = test.create(sale(3));
        long unknown = 999_999;

        assertThat(List.of(
                        fails(() -> get(unknown)),
                        fails(() -> test.preheat(unknown)),
                        fails(() -> addStock(unknown, 1001, 1)),
                        fails(() -> test.operator.endActivity(EndActivityRequest.newBuilder()
                                .setActivityId(unknown)
                                .build()))))
                .allSatisfy(failure -> assertThat(reason(failure)).isEqualTo("ACTIVITY_NOT_FOUND"));
        assertThat(reason(fails(() -> addStock(id, 7, 1)))).isEqualTo("PRODUCT_NOT_FOUND");
    }

    @Test
    void badAdditionsAreNamedAndAddNothing() {
        long id = test.create(sale(3));

        for (long quantity : new long[] {0, -1, 1_000_000_000_001L, 999_999_999_998L, (1L << 53) + 1, Long.MAX_VALUE}) {
            StatusRuntimeException failure = fails(() -> addStock(id, 1001, quantity));
            assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(failure.getMessage()).contains("quantity: " + quantity + " (expected: ");
        }
        assertThat(get(id).getProducts(0).getStock()).isEqualTo(3);
    }

    @Test
    void preheatOfAnActivityIdThatIsNoneIsAFaultOfTheField() {
        StatusRuntimeException failure =
                fails(() -> test.operator.preheatActivity(PreheatActivityRequest.getDefaultInstance()));

        assertThat(TestServer.violations(failure))
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("activity_id");
    }

    private static Activity get(long id) {
        return test.operator
                .getActivity(GetActivityRequest.newBuilder().setActivityId(id).build())
                .getActivity();
    }

    private static Activity addStock(long id, long product, long quantity) {
        return test.operator
                .addStock(AddStockRequest.newBuilder()
                        .setActivityId(id)
                        .setProductId(product)
                        .setQuantity(quantity)
                        .build())
                .getActivity();
    }

    private static StatusRuntimeException fails(Callable<?> call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::call);
        assertThat(failure).as("the failure").isNotNull();
        return failure;
    }
}
