package io.seckill.server.grpc;

import io.grpc.stub.StreamObserver;
import io.seckill.server.failure.Violations;
import io.seckill.server.operations.Bookkeeping;
import io.seckill.server.operations.DeadLetterFile;
import io.seckill.server.operations.FiledLetter;
import io.seckill.server.operations.LetterAddress;
import io.seckill.server.operations.LetterDisposal;
import io.seckill.server.operations.LetterPlace;
import io.seckill.server.operations.LetterReplay;
import io.seckill.server.operations.StreamDescriptions;
import io.seckill.v1.DescribeStreamsRequest;
import io.seckill.v1.DescribeStreamsResponse;
import io.seckill.v1.DiscardDeadLettersRequest;
import io.seckill.v1.DiscardDeadLettersResponse;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.OperationsServiceGrpc;
import io.seckill.v1.ReconcileRequest;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.ReplayDeadLettersRequest;
import io.seckill.v1.ReplayDeadLettersResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looking after streams, dead letters and the books over gRPC. Blocking, so it needs an executor of its own;
 * {@link FailureInterceptor} answers failures.
 */
public final class OperationsGrpcService extends OperationsServiceGrpc.OperationsServiceImplBase {
    private static final int DEFAULT_PAGE_SIZE = 20;

    private final DeadLetterFile file;
    private final LetterReplay replay;
    private final LetterDisposal disposal;
    private final StreamDescriptions streams;
    private final Bookkeeping books;

    public OperationsGrpcService(
            DeadLetterFile file,
            LetterReplay replay,
            LetterDisposal disposal,
            StreamDescriptions streams,
            Bookkeeping books) {
        this.file = file;
        this.replay = replay;
        this.disposal = disposal;
        this.streams = streams;
        this.books = books;
    }

    @Override
    public void listDeadLetters(ListDeadLettersRequest request, StreamObserver<ListDeadLettersResponse> observer) {
        LetterPlace place = new LetterPlace(request.getActivityId(), request.getStream());
        Violations violations = new Violations();
        place.validate(violations);
        violations.checkRange("page_size", request.getPageSize(), 0, OperationsMessages.MAX_LETTERS);
        Set<LetterAddress> wanted = OperationsMessages.addresses(place, request.getDeadLetterIdsList(), 0, violations);
        String scope = "ListDeadLetters " + place.activityId() + " " + place.stream() + " "
                + (request.getDeadLetterIdsCount() > 0 ? "some" : "all");
        String cursor = PageToken.cursor(scope, request.getPageToken(), violations);
        Optional<LetterAddress> after = place.addressOf(cursor);
        if (!cursor.isEmpty() && after.isEmpty()) {
            PageToken.refuse(violations);
        }
        violations.throwIfAny();
        ListDeadLettersResponse.Builder response = ListDeadLettersResponse.newBuilder();
        if (wanted.isEmpty()) {
            int size = request.getPageSize() == 0 ? DEFAULT_PAGE_SIZE : request.getPageSize();
            DeadLetterFile.Page page = file.page(place, after, size);
            add(place, page.letters(), response);
            if (page.more()) {
                FiledLetter last = page.letters().get(page.letters().size() - 1);
                response.setNextPageToken(PageToken.make(scope, place.nameOf(last.address())));
            }
        } else {
            add(place, file.find(place, wanted), response);
        }
        answer(observer, response.build());
    }

    private static void add(LetterPlace place, List<FiledLetter> letters, ListDeadLettersResponse.Builder response) {
        letters.forEach(letter -> response.addDeadLetters(OperationsMessages.message(place, letter)));
    }

    @Override
    public void replayDeadLetters(
            ReplayDeadLettersRequest request, StreamObserver<ReplayDeadLettersResponse> observer) {
        LetterPlace place = new LetterPlace(request.getActivityId(), request.getStream());
        LetterReplay.Result result = replay.replay(place, named(place, request.getDeadLetterIdsList()));
        ReplayDeadLettersResponse.Builder response = ReplayDeadLettersResponse.newBuilder();
        result.recorded().forEach(address -> response.addRecordedIds(place.nameOf(address)));
        result.failed().forEach(letter -> response.addFailed(OperationsMessages.message(place, letter)));
        answer(observer, response.build());
    }

    @Override
    public void discardDeadLetters(
            DiscardDeadLettersRequest request, StreamObserver<DiscardDeadLettersResponse> observer) {
        LetterPlace place = new LetterPlace(request.getActivityId(), request.getStream());
        List<LetterAddress> discarded = disposal.discard(place, named(place, request.getDeadLetterIdsList()));
        DiscardDeadLettersResponse.Builder response = DiscardDeadLettersResponse.newBuilder();
        discarded.forEach(address -> response.addDiscardedIds(place.nameOf(address)));
        answer(observer, response.build());
    }

    private static Set<LetterAddress> named(LetterPlace place, List<String> names) {
        Violations violations = new Violations();
        place.validate(violations);
        Set<LetterAddress> addresses = OperationsMessages.addresses(place, names, 1, violations);
        violations.throwIfAny();
        return addresses;
    }

    @Override
    public void reconcile(ReconcileRequest request, StreamObserver<ReconcileResponse> observer) {
        answer(observer, OperationsMessages.message(books.reconcile(request.getActivityId(), request.getRepair())));
    }

    @Override
    public void describeStreams(DescribeStreamsRequest request, StreamObserver<DescribeStreamsResponse> observer) {
        DescribeStreamsResponse.Builder response = DescribeStreamsResponse.newBuilder();
        streams.describe(request.getActivityId())
                .forEach(state -> response.addStreams(OperationsMessages.message(state)));
        answer(observer, response.build());
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }
}
