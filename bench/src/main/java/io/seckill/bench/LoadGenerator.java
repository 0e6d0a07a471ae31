package io.seckill.bench;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seckill.bench.Buyer.Habit;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillServiceGrpc;
import io.seckill.v1.SeckillServiceGrpc.SeckillServiceStub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Sends the requests of a plan to servers over sockets, a bounded number at a time; a buyer's second request goes to
 * another server than the first where there are several. Owns its channels and the thread
 * {@code load-retries}; one run at a time.
 */
public final class LoadGenerator implements AutoCloseable {
    /** So many buyers without an answer mean that nobody will get one: the rest of the plan is not sent. */
    static final int MAX_UNRESOLVED_BUYERS = 500;

    private static final long CLOSE_TIMEOUT_SECONDS = 5;
    private static final int MAX_RESPONSE_BYTES = 64 * 1024;

    private final LoadSettings settings;
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<SeckillServiceStub> stubs = new ArrayList<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "load-retries"));

    public LoadGenerator(LoadSettings settings) {
        this.settings = settings;
        for (int i = 0; i < settings.channelsPerServer(); i++) {
            for (String server : settings.servers()) {
                ManagedChannel channel = NettyChannelBuilder.forTarget(server)
                        .usePlaintext()
                        .directExecutor()
                        .disableRetry() // every failure is ours to see and to count
                        .maxInboundMessageSize(MAX_RESPONSE_BYTES)
                        .build();
                channels.add(channel);
                stubs.add(SeckillServiceGrpc.newStub(channel));
            }
        }
    }

    /**
     * Sends the plan and returns when every request has come to an end. It gives up, which is a contradiction in the
     * report, when {@link #MAX_UNRESOLVED_BUYERS} got no answer.
     *
     * @param buyersDone is told now and then, on any thread, how many buyers have come to an end
     * @throws InterruptedException if the thread is; what is under way is left to the channels
     */
    public LoadReport run(long activityId, BuyerPlan plan, IntConsumer buyersDone) throws InterruptedException {
        return run(activityId, plan, () -> true, buyersDone);
    }

    /**
     * Sends as much of the plan as there is time for.
     *
     * @param goOn asked before each buyer; once it says no, the rest of the plan is not sent
     */
    public LoadReport run(long activityId, BuyerPlan plan, BooleanSupplier goOn, IntConsumer buyersDone)
            throws InterruptedException {
        LoadTally tally = new LoadTally();
        Run run = new Run(activityId, tally, new RequestSender(settings, stubs, timer, tally), buyersDone);
        long start = System.nanoTime();
        int sent = 0;
        while (sent < plan.buyers() && tally.unresolvedBuyers() < MAX_UNRESOLVED_BUYERS && goOn.getAsBoolean()) {
            run.begin(plan.buyer(sent), sent);
            sent++;
        }
        run.awaitEnd();
        if (tally.unresolvedBuyers() >= MAX_UNRESOLVED_BUYERS && sent < plan.buyers()) {
            tally.contradictions()
                    .add("gave up with " + (plan.buyers() - sent) + " buyers to go, since " + tally.unresolvedBuyers()
                            + " got no answer");
        }
        return tally.report(System.nanoTime() - start);
    }

    /** One plan under way. */
    private final class Run {
        private final int maxInFlight =
                settings.inFlightPerServer() * settings.servers().size();
        private final Semaphore permits = new Semaphore(maxInFlight);
        private final AtomicInteger done = new AtomicInteger();
        private final long activityId;
        private final LoadTally tally;
        private final RequestSender sender;
        private final IntConsumer buyersDone;

        Run(long activityId, LoadTally tally, RequestSender sender, IntConsumer buyersDone) {
            this.activityId = activityId;
            this.tally = tally;
            this.sender = sender;
            this.buyersDone = buyersDone;
        }

        void begin(Buyer buyer, int stub) throws InterruptedException {
            Conversation conversation = new Conversation(buyer, tally);
            SeckillRequest first = request(buyer.userId(), buyer.firstRequestId(), buyer.first());
            if (buyer.habit() == Habit.SAME_REQUEST_AT_ONCE) {
                permits.acquire(2);
                Pair pair = new Pair(conversation, () -> end(2));
                sender.send(stub, first, pair);
                sender.send(stub + 1, first, pair);
                return;
            }
            permits.acquire();
            sender.send(stub, first, answer -> {
                conversation.first(answer);
                if (buyer.habit().requests() == 1) {
                    end(1);
                    return;
                }
                SeckillRequest second = request(buyer.userId(), buyer.secondRequestId(), buyer.second());
                sender.send(stub + 1, second, secondAnswer -> {
                    conversation.second(secondAnswer);
                    end(1);
                });
            });
        }

        private SeckillRequest request(long userId, String requestId, Basket basket) {
            SeckillRequest.Builder request = SeckillRequest.newBuilder()
                    .setActivityId(activityId)
                    .setUserId(userId)
                    .setRequestId(requestId);
            basket.lines()
                    .forEach(line -> request.addItemsBuilder()
                            .setProductId(line.productId())
                            .setQuantity(line.quantity()));
            return request.build();
        }

        private void end(int released) {
            permits.release(released);
            buyersDone.accept(done.incrementAndGet());
        }

        void awaitEnd() throws InterruptedException {
            permits.acquire(maxInFlight);
        }
    }

    /** Waits for two answers, and judges them when it has both. */
    private static final class Pair implements Consumer<Answer> {
        private final AtomicReference<Answer> one = new AtomicReference<>();
        private final Conversation conversation;
        private final Runnable end;

        Pair(Conversation conversation, Runnable end) {
            this.conversation = conversation;
            this.end = end;
        }

        @Override
        public void accept(Answer answer) {
            if (!one.compareAndSet(null, answer)) {
                conversation.both(one.get(), answer);
                end.run();
            }
        }
    }

    /** Ends the channels; requests under way fail. Safe to call twice. */
    @Override
    public void close() {
        timer.shutdownNow();
        channels.forEach(ManagedChannel::shutdownNow);
        try {
            for (ManagedChannel channel : channels) {
                channel.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
