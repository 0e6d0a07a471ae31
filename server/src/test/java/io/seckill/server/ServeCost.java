package io.seckill.server;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.RedisProcess;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.server.selling.BatchSettings;
import io.seckill.v1.SeckillRequest;
import io.seckill.v1.SeckillResponse;
import io.seckill.v1.SeckillResponse.Outcome;
import io.seckill.v1.SeckillServiceGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an order costs a server in a process of its own, and its Redis: CPU time, never time on the clock, of calls and of
 * streams in a closed loop. The arguments are class paths of the builds to compare, this one's if there are none; their
 * rounds alternate, so that whatever else the machine does is the same for all. Run by hand.
 */
final class ServeCost {
    private static final int ROUNDS = 5;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ORDERS_PER_ROUND = 30_000;
    private static final int CONNECTIONS = 4;
    private static final int CALLS_PER_CONNECTION = 64;
    private static final int STREAMS_PER_CONNECTION = 2;
    private static final int WINDOW = 128;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final AtomicLong nextUser;
    private final ProcessHandle server;
    private final ProcessHandle redis;

    private ServeCost(AtomicLong nextUser, ProcessHandle server, ProcessHandle redis, int port) {
        this.nextUser = nextUser;
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
            long redisPid = Long.parseLong(Files.readString(dir.resolve("redis").resolve("redis.pid")));
            compare(
                    start(dir, redis.url(), jdbcUrl, args),
                    ProcessHandle.of(redisPid).orElseThrow(),
                    open,
                    empty);
        } finally {
            TemporaryDirectories.delete(dir);
        }
    }

    private static Map<Integer, Process> start(Path dir, String redisUrl, String jdbcUrl, String[] args)
            throws IOException {
        Map<Integer, Process> servers = new LinkedHashMap<>();
        for (String classPath : args.length == 0 ? new String[] {System.getProperty("java.class.path")} : args) {
            int port = FreePorts.next();
            servers.put(port, start(dir, classPath, port, redisUrl, jdbcUrl));
        }
        return servers;
    }

    private static void compare(Map<Integer, Process> servers, ProcessHandle redis, long open, long empty)
            throws Exception {
        AtomicLong nextUser = new AtomicLong(1_000_000);
        List<ServeCost> costs = new ArrayList<>();
        try {
            servers.forEach((port, server) -> costs.add(new ServeCost(nextUser, server.toHandle(), redis, port)));
            System.out.println("medians, µs of CPU per order        server     Redis   clients   orders/s");
            report(costs, "calls, accepted", cost -> cost.calls(open, Outcome.ACCEPTED));
            report(costs, "calls, sold out", cost -> cost.calls(empty, Outcome.SOLD_OUT));
            report(costs, "streams, accepted", cost -> cost.streams(open, Outcome.ACCEPTED));
            report(costs, "streams, sold out", cost -> cost.streams(empty, Outcome.SOLD_OUT));
        } finally {
            costs.forEach(cost -> cost.channels.forEach(ManagedChannel::shutdownNow));
            for (Process server : servers.values()) {
                server.destroy();
                server.waitFor();
            }
        }
    }

    private static Process start(Path dir, String classPath, int port, String redisUrl, String jdbcUrl)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("java", "-XX:+UseParallelGC", "-Xmx512m"));
        command.addAll(List.of("-cp", classPath, ServerMain.class.getName()));
        command.addAll(List.of("--grpc-port", Integer.toString(port), "--redis-url", redisUrl));
        command.addAll(List.of("--jdbc-url", jdbcUrl, "--max-backlog", "100000000", "--drain-wait", "0s"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(port + ".log").toFile())
                .start();
    }

    private interface Load {
        void run(ServeCost cost) throws Exception;
    }

    private static void report(List<ServeCost> costs, String name, Load load) throws Exception {
        double[][][] rounds = new double[costs.size()][4][ROUNDS];
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int build = 0; build < costs.size(); build++) {
                double[] before = costs.get(build).used();
                load.run(costs.get(build));
                double[] after = costs.get(build).used();
                for (int i = 0; i < before.length && round >= 0; i++) {
                    rounds[build][i][round] = (after[i] - before[i]) / ORDERS_PER_ROUND;
                }
            }
        }
        for (double[][] values : rounds) {
            System.out.printf(
                    "%-32s %9.2f %9.2f %9.2f %10.0f%n",
                    name, median(values[0]), median(values[1]), median(values[2]), 1e6 / median(values[3]));
        }
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
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
    private static final class Progress {
        private final Outcome expected;
        private final AtomicInteger toSend;
        private final CountDownLatch unanswered;
        private final List<Object> faults = new ArrayList<>();

        Progress(Outcome expected) {
            this.expected = expected;
            this.toSend = new AtomicInteger(ORDERS_PER_ROUND);
            this.unanswered = new CountDownLatch(ORDERS_PER_ROUND);
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

    private void calls(long activity, Outcome expected) throws InterruptedException {
        Progress progress = new Progress(expected);
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

    private void streams(long activity, Outcome expected) throws InterruptedException {
        Progress progress = new Progress(expected);
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
        private final StreamObserver<SeckillRequest> requests;

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
