package io.seckill.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an order costs a server in a process of its own, and its Redis: CPU time, never time on the clock, of calls and of
 * streams in a closed loop. Flags of the server's JVM may be given as arguments. Run by hand.
 */
final class ServeCost {
    private static final int ROUNDS = 5;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ORDERS_PER_ROUND = 50_000;
    private static final int CONNECTIONS = 4;
    private static final int CALLS_PER_CONNECTION = 64;
    private static final int STREAMS_PER_CONNECTION = 2;
    private static final int WINDOW = 128;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicLong nextUser = new AtomicLong(1_000_000);
    private final ProcessHandle server;
    private final ProcessHandle redis;

    private ServeCost(ProcessHandle server, ProcessHandle redis, int port) {
        this.server = server;
        this.redis = redis;
        for (int i = 0; i < CONNECTIONS; i++) {
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .directExecutor()
                    .build());
        }
    }

    public static void main(String[] args) throws Exception {
        Path dir = TemporaryDirectories.create("serve-cost");
        int port = FreePorts.next();
        try (RedisProcess redis = RedisProcess.start(dir.resolve("redis"), FreePorts.next(), Map.of());
                PostgresProcess postgres =
                        PostgresProcess.start(dir.resolve("postgres"), FreePorts.next(), PostgresProcess.FAST)) {
            postgres.createDatabase("seckill");
            String jdbcUrl = postgres.jdbcUrl("seckill");
            long open;
            long empty;
            try (TestServer test = new TestServer(redis.url(), jdbcUrl, BatchSettings.defaults())) {
                open = test.open(TestServer.sale(1_000_000_000));
                empty = test.open(TestServer.sale(0));
            }
            Process server = start(dir, port, redis.url(), jdbcUrl, args);
            try {
                long redisPid =
                        Long.parseLong(Files.readString(dir.resolve("redis").resolve("redis.pid")));
                new ServeCost(server.toHandle(), ProcessHandle.of(redisPid).orElseThrow(), port).measure(open, empty);
            } finally {
                server.destroy();
                server.waitFor();
            }
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    private static Process start(Path dir, int port, String redisUrl, String jdbcUrl, String[] jvmFlags)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("java", "-XX:+UseParallelGC", "-Xmx512m"));
        command.addAll(Arrays.asList(jvmFlags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServerMain.class.getName()));
        command.addAll(List.of("--grpc-port", Integer.toString(port), "--redis-url", redisUrl));
        command.addAll(List.of("--jdbc-url", jdbcUrl, "--max-backlog", "100000000", "--drain-wait", "0s"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("server.log").toFile())
                .start();
    }

    private interface Load {
        void run(long activity, Outcome expected, int orders) throws Exception;
    }

    private void measure(long open, long empty) throws Exception {
        System.out.println("medians, µs of CPU per order        server     Redis   clients   orders/s");
        try {
            report("calls, accepted", this::calls, open, Outcome.ACCEPTED);
            report("calls, sold out", this::calls, empty, Outcome.SOLD_OUT);
            report("streams, accepted", this::streams, open, Outcome.ACCEPTED);
            report("streams, sold out", this::streams, empty, Outcome.SOLD_OUT);
        } finally {
            channels.forEach(ManagedChannel::shutdownNow);
        }
    }

    private void report(String name, Load load, long activity, Outcome expected) throws Exception {
        double[][] rounds = new double[4][ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            double[] before = used();
            load.run(activity, expected, ORDERS_PER_ROUND);
            double[] after = used();
            if (round >= 0) {
                for (int i = 0; i < before.length; i++) {
                    rounds[i][round] = (after[i] - before[i]) / ORDERS_PER_ROUND;
                }
            }
        }
        for (double[] values : rounds) {
            Arrays.sort(values);
        }
        int middle = ROUNDS / 2;
        System.out.printf(
                "%-32s %9.2f %9.2f %9.2f %10.0f%n",
                name, rounds[0][middle], rounds[1][middle], rounds[2][middle], 1e6 / rounds[3][middle]);
    }

    /** CPU time of server, Redis and this process, and the time on the clock, all in µs. */
    private double[] used() {
        return new double[] {micros(server), micros(redis), micros(ProcessHandle.current()), System.nanoTime() / 1_000.0
        };
    }

    private static double micros(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1_000.0;
    }

    /** Counts answers, and sends as many requests anew as there are left. */
    private final class Progress {
        private final Outcome expected;
        private final AtomicInteger toSend;
        private final CountDownLatch unanswered;
        private final List<Object> faults = new ArrayList<>();

        Progress(Outcome expected, int orders) {
            this.expected = expected;
            this.toSend = new AtomicInteger(orders);
            this.unanswered = new CountDownLatch(orders);
        }

        boolean maySend() {
            return toSend.getAndDecrement() > 0;
        }

        void answered(Object answer) {
            if (!(answer instanceof SeckillResponse response) || response.getOutcome() != expected) {
                synchronized (faults) {
                    faults.add(answer);
                }
            }
            unanswered.countDown();
        }

        void await() throws InterruptedException {
            if (!unanswered.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(unanswered.getCount() + " requests were not answered");
            }
            synchronized (faults) {
                if (!faults.isEmpty()) {
                    throw new IllegalStateException(
                            faults.size() + " answers are not " + expected + ", as " + faults.get(0));
                }
            }
        }
    }

    private void calls(long activity, Outcome expected, int orders) throws InterruptedException {
        Progress progress = new Progress(expected, orders);
        for (ManagedChannel channel : channels) {
            SeckillServiceGrpc.SeckillServiceStub stub =
                    SeckillServiceGrpc.newStub(channel).withWaitForReady();
            for (int i = 0; i < CALLS_PER_CONNECTION; i++) {
                call(stub, activity, progress);
            }
        }
        progress.await();
    }

    private void call(SeckillServiceGrpc.SeckillServiceStub stub, long activity, Progress progress) {
        if (!progress.maySend()) {
            return;
        }
        long user = nextUser.getAndIncrement();
        stub.seckill(TestServer.request(activity, user, "request-" + user, 1001, 1), new StreamObserver<>() {
            @Override
            public void onNext(SeckillResponse response) {
                progress.answered(response);
            }

            @Override
            public void onError(Throwable failure) {
                progress.answered(failure);
            }

            @Override
            public void onCompleted() {
                call(stub, activity, progress);
            }
        });
    }

    private void streams(long activity, Outcome expected, int orders) throws InterruptedException {
        Progress progress = new Progress(expected, orders);
        List<Conversation> conversations = new ArrayList<>();
        for (ManagedChannel channel : channels) {
            for (int i = 0; i < STREAMS_PER_CONNECTION; i++) {
                conversations.add(new Conversation(channel, activity, progress));
            }
        }
        progress.await();
        conversations.forEach(Conversation::end);
    }

    private final class Conversation implements StreamObserver<SeckillResponse> {
        private final long activity;
        private final Progress progress;
        private final StreamObserver<io.seckill.v1.SeckillRequest> requests;

        Conversation(ManagedChannel channel, long activity, Progress progress) {
            this.activity = activity;
            this.progress = progress;
            synchronized (this) {
                this.requests =
                        SeckillServiceGrpc.newStub(channel).withWaitForReady().seckillStream(this);
                for (int i = 0; i < WINDOW; i++) {
                    send();
                }
            }
        }

        private synchronized void send() {
            if (progress.maySend()) {
                long user = nextUser.getAndIncrement();
                requests.onNext(TestServer.request(activity, user, "request-" + user, 1001, 1));
            }
        }

        synchronized void end() {
            requests.onCompleted();
        }

        @Override
        public void onNext(SeckillResponse response) {
            progress.answered(response);
            send();
        }

        @Override
        public void onError(Throwable failure) {
            progress.answered(failure);
        }

        @Override
        public void onCompleted() {
            // the end of the round
        }
    }
}
