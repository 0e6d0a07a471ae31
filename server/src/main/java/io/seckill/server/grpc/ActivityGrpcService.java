package io.seckill.server.grpc;

import io.grpc.stub.StreamObserver;
import io.seckill.server.activity.Activities;
import io.seckill.server.activity.Activity.Switch;
import io.seckill.server.failure.Violations;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import io.seckill.v1.AddStockRequest;
import io.seckill.v1.AddStockResponse;
import io.seckill.v1.CreateActivityRequest;
import io.seckill.v1.CreateActivityResponse;
import io.seckill.v1.EndActivityRequest;
import io.seckill.v1.EndActivityResponse;
import io.seckill.v1.GetActivityRequest;
import io.seckill.v1.GetActivityResponse;
import io.seckill.v1.ListActivitiesRequest;
import io.seckill.v1.ListActivitiesResponse;
import io.seckill.v1.PauseActivityRequest;
import io.seckill.v1.PauseActivityResponse;
import io.seckill.v1.PreheatActivityRequest;
import io.seckill.v1.PreheatActivityResponse;
import io.seckill.v1.ResumeActivityRequest;
import io.seckill.v1.ResumeActivityResponse;
import java.time.Clock;
import java.util.List;

/** Running sales over gRPC. Blocking, so it needs an executor of its own; {@link FailureInterceptor} answers failures. */
public final class ActivityGrpcService extends ActivityServiceGrpc.ActivityServiceImplBase {
    private static final String LIST_SCOPE = "ListActivities";
    private static final int DEFAULT_PAGE_SIZE = 20;
    private static final int MAX_PAGE_SIZE = 100;

    private final Activities activities;
    private final Clock clock;

    public ActivityGrpcService(Activities activities, Clock clock) {
        this.activities = activities;
        this.clock = clock;
    }

    @Override
    public void createActivity(CreateActivityRequest request, StreamObserver<CreateActivityResponse> observer) {
        Activity activity = message(activities.create(ActivityMessages.draft(request)));
        answer(
                observer,
                CreateActivityResponse.newBuilder().setActivity(activity).build());
    }

    @Override
    public void getActivity(GetActivityRequest request, StreamObserver<GetActivityResponse> observer) {
        Activity activity = message(activities.get(request.getActivityId()));
        answer(observer, GetActivityResponse.newBuilder().setActivity(activity).build());
    }

    @Override
    public void listActivities(ListActivitiesRequest request, StreamObserver<ListActivitiesResponse> observer) {
        Violations violations = new Violations();
        violations.checkRange("page_size", request.getPageSize(), 0, MAX_PAGE_SIZE);
        long before = PageToken.number(LIST_SCOPE, request.getPageToken(), Long.MAX_VALUE, violations);
        violations.throwIfAny();
        int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
        List<io.seckill.server.activity.Activity> found = activities.list(before, size + 1);
        List<io.seckill.server.activity.Activity> page = found.subList(0, Math.min(size, found.size()));
        ListActivitiesResponse.Builder response = ListActivitiesResponse.newBuilder();
        page.forEach(activity -> response.addActivities(message(activity)));
        if (found.size() > size) {
            response.setNextPageToken(
                    PageToken.make(LIST_SCOPE, Long.toString(page.get(size - 1).id())));
        }
        answer(observer, response.build());
    }

    @Override
    public void preheatActivity(PreheatActivityRequest request, StreamObserver<PreheatActivityResponse> observer) {
        Activity activity = message(activities.preheat(request.getActivityId()));
        answer(
                observer,
                PreheatActivityResponse.newBuilder().setActivity(activity).build());
    }

    @Override
    public void pauseActivity(PauseActivityRequest request, StreamObserver<PauseActivityResponse> observer) {
        Activity activity = message(activities.switchTo(request.getActivityId(), Switch.PAUSED));
        answer(
                observer,
                PauseActivityResponse.newBuilder().setActivity(activity).build());
    }

    @Override
    public void resumeActivity(ResumeActivityRequest request, StreamObserver<ResumeActivityResponse> observer) {
        Activity activity = message(activities.switchTo(request.getActivityId(), Switch.OPEN));
        answer(
                observer,
                ResumeActivityResponse.newBuilder().setActivity(activity).build());
    }

    @Override
    public void endActivity(EndActivityRequest request, StreamObserver<EndActivityResponse> observer) {
        Activity activity = message(activities.switchTo(request.getActivityId(), Switch.ENDED));
        answer(observer, EndActivityResponse.newBuilder().setActivity(activity).build());
    }

    @Override
    public void addStock(AddStockRequest request, StreamObserver<AddStockResponse> observer) {
        Activity activity = message(activities.addStock(
                request.getActivityId(), request.getProductId(), request.getQuantity(), request.getRequestId()));
        answer(observer, AddStockResponse.newBuilder().setActivity(activity).build());
    }

    private Activity message(io.seckill.server.activity.Activity activity) {
        return ActivityMessages.message(activity, clock.instant());
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
