package io.seckill.cli.faults;

import io.seckill.stock.StockKeys;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** The faults of the suite. */
final class FaultRows {
    private static final int TRIP_TIMEOUT_SECONDS = 30;
    private static final String INSERT_LINES = "INSERT INTO seckill_logs";
    private static final Layout ONE_OF_EACH = Layout.of(1, 1);

    /** What a row needs that is content with any system. */
    static final Layout PAIRS = Layout.of(2, 2).shards(3);

    private FaultRows() {}

    static List<FaultRow> all() {
        return Stream.of(processes(), stores(), losses(), networks(), streams(), clocks())
                .flatMap(List::stream)
                .toList();
    }

    private static List<FaultRow> processes() {
        return List.of(
                FaultRow.of("server: kill -9", PAIRS, (bed, sale) -> {
                            ChildJvm server = bed.servers.get(sale.random.nextInt(bed.servers.size()));
                            server.kill();
                            server.restart();
                        })
                        .alsoInEveryBuild(),
                FaultRow.of("worker: kill -9 at any moment", PAIRS, (bed, sale) -> {
                            ChildJvm worker = bed.workers.get(sale.random.nextInt(bed.workers.size()));
                            worker.kill();
                            worker.restart();
                        })
                        .alsoInEveryBuild(),
                FaultRow.of(
                                "worker: kill -9 after reading",
                                ONE_OF_EACH,
                                (bed, sale) -> killWorkerAt(bed, bed.postgresProxy, INSERT_LINES, false))
                        .strikes(1),
                FaultRow.of(
                                "worker: kill -9 after inserting, before the commit",
                                ONE_OF_EACH,
                                (bed, sale) -> killWorkerAt(bed, bed.postgresProxy, "COMMIT", false))
                        .strikes(1),
                FaultRow.of(
                                "worker: kill -9 after the commit, before the acknowledgement",
                                ONE_OF_EACH,
                                (bed, sale) -> killWorkerAt(bed, bed.postgresProxy, "COMMIT", true))
                        .strikes(1)
                        .alsoInEveryBuild(),
                FaultRow.of(
                                "worker: kill -9 after XACK",
                                ONE_OF_EACH,
                                (bed, sale) -> killWorkerAt(bed, bed.redisProxy, digestOf("acknowledge"), true))
                        .strikes(1),
                FaultRow.of("worker: paused past the claim time, then goes on", PAIRS, (bed, sale) -> {
                    ChildJvm worker = bed.workers.get(sale.random.nextInt(bed.workers.size()));
                    worker.pause();
                    pause(Duration.ofMillis(2_500));
                    worker.resume();
                }),
                FaultRow.of("rolling restart of all servers and workers", PAIRS, (bed, sale) -> {
                            for (int i = 0; i < bed.servers.size(); i++) {
                                bed.servers.get(i).terminate();
                                bed.servers.get(i).restart();
                                bed.awaitServing(i);
                            }
                            for (ChildJvm worker : bed.workers) {
                                worker.terminate();
                                worker.restart();
                            }
                        })
                        .strikes(1));
    }

    private static List<FaultRow> stores() {
        return List.of(
                FaultRow.of("Redis: kill -9, every write on disk", PAIRS, (bed, sale) -> {
                            bed.redis.kill();
                            bed.restartRedis();
                        })
                        .alsoInEveryBuild(),
                FaultRow.of("Redis: its disk is full, and it ends in the middle of a write", PAIRS, (bed, sale) -> {
                    new AppendOnlyFile(bed.redisDir()).fillUpAfter(10_000, bed.redis.pid());
                    bed.redis.awaitEnd();
                    bed.restartRedis();
                }),
                FaultRow.of("Redis: frozen for 3 s", PAIRS, (bed, sale) -> {
                    bed.redis.pause();
                    pause(Duration.ofSeconds(3));
                    bed.redis.resume();
                }),
                FaultRow.of("Redis: out of memory for 2 s", PAIRS, (bed, sale) -> {
                    bed.redisCommand("CONFIG", "SET", "maxmemory", "1mb");
                    pause(Duration.ofSeconds(2));
                    bed.redisCommand("CONFIG", "SET", "maxmemory", "0");
                }),
                FaultRow.of("Redis: scripts flushed again and again", PAIRS, (bed, sale) -> {
                    for (int i = 0; i < 50; i++) {
                        bed.redisCommand("SCRIPT", "FLUSH");
                        pause(Duration.ofMillis(20));
                    }
                }),
                FaultRow.of("PostgreSQL: stopped for a while", PAIRS, (bed, sale) -> {
                            bed.postgres.close();
                            pause(FaultSuiteIT.OUTAGE);
                            bed.restartPostgres();
                        })
                        .strikes(1)
                        .seeds(5)
                        .alsoInEveryBuild(),
                FaultRow.of("PostgreSQL: kill -9 in the middle of a commit", PAIRS, (bed, sale) -> {
                            trip(bed.postgresProxy, "COMMIT", true, bed.postgres::kill);
                            bed.restartPostgres();
                        })
                        .strikes(1),
                FaultRow.of("PostgreSQL: every answer 2 s late, for 6 s", PAIRS, (bed, sale) -> {
                            bed.postgresProxy.delayReplies(Duration.ofSeconds(2));
                            pause(Duration.ofSeconds(6));
                            bed.postgresProxy.delayReplies(Duration.ZERO);
                        })
                        .strikes(1));
    }

    private static List<FaultRow> losses() {
        Layout everysec = PAIRS.redis("appendfsync", "everysec");
        return List.of(
                FaultRow.of("Redis: wiped while it runs", PAIRS, (bed, sale) -> bed.redisCommand("FLUSHALL"))
                        .alsoInEveryBuild(),
                FaultRow.of("Redis: comes back with an empty disk", PAIRS, (bed, sale) -> {
                    bed.redis.kill();
                    new AppendOnlyFile(bed.redisDir()).wipe();
                    bed.restartRedis();
                }),
                FaultRow.of("Redis: comes back without its last moments", everysec, (bed, sale) -> {
                    bed.redis.kill();
                    new AppendOnlyFile(bed.redisDir()).loseTail(5_000 + sale.random.nextInt(40_000));
                    bed.restartRedis();
                }),
                FaultRow.of(
                        "Redis: stalls again and again, synchronised each second, then kill -9",
                        everysec,
                        (bed, sale) -> {
                            for (int i = 0; i < 8; i++) {
                                bed.redis.pause();
                                pause(Duration.ofMillis(50 + sale.random.nextInt(450)));
                                bed.redis.resume();
                                pause(Duration.ofMillis(20 + sale.random.nextInt(200)));
                            }
                            bed.redis.kill();
                            bed.restartRedis();
                        }));
    }

    private static List<FaultRow> networks() {
        return List.of(
                FaultRow.of("answers to buyers lost", PAIRS, (bed, sale) -> {
                            bed.fronts.forEach(TcpProxy::loseReplies);
                            pause(Duration.ofMillis(500));
                            bed.fronts.forEach(TcpProxy::breakConnections);
                        })
                        .alsoInEveryBuild(),
                FaultRow.of("answers of Redis to servers and workers lost", PAIRS, (bed, sale) -> {
                            bed.redisProxy.loseReplies();
                            pause(Duration.ofMillis(500));
                            bed.redisProxy.breakConnections();
                        })
                        .alsoInEveryBuild(),
                FaultRow.of(
                                "no way to Redis for 5 s, with a reserve of 40 %",
                                PAIRS.reserve(40), (bed, sale) -> {
                                    bed.redisProxy.refuse(true);
                                    pause(Duration.ofSeconds(5));
                                    bed.redisProxy.refuse(false);
                                })
                        .strikes(1),
                FaultRow.of("no way to Redis for 3 s", PAIRS, (bed, sale) -> {
                    bed.redisProxy.refuse(true);
                    pause(Duration.ofSeconds(3));
                    bed.redisProxy.refuse(false);
                }));
    }

    private static List<FaultRow> streams() {
        return List.of(
                FaultRow.of(
                        "entries delivered again",
                        PAIRS,
                        (bed, sale) -> bed.redisCommand("XGROUP", "SETID", sale.anyStream(), StockKeys.GROUP, "0")),
                FaultRow.of(
                        "consumer group destroyed",
                        PAIRS,
                        (bed, sale) -> bed.redisCommand("XGROUP", "DESTROY", sale.anyStream(), StockKeys.GROUP)),
                FaultRow.of("streams trimmed again and again up to what is not acknowledged", PAIRS, (bed, sale) -> {
                    AcknowledgedTrim operator = new AcknowledgedTrim(bed, StockKeys.GROUP);
                    for (int i = 0; i < 20; i++) {
                        sale.streams().forEach(operator::trim);
                        pause(Duration.ofMillis(20));
                    }
                }),
                FaultRow.of("a second reader under a worker's name", PAIRS, (bed, sale) -> {
                    String stream = sale.anyStream();
                    for (String consumer : bed.consumersOf(stream)) {
                        bed.redisCommand(
                                "XREADGROUP",
                                "GROUP",
                                StockKeys.GROUP,
                                consumer,
                                "COUNT",
                                "20",
                                "STREAMS",
                                stream,
                                ">");
                    }
                }),
                FaultRow.of("poisoned entries, each set aside", PAIRS, (bed, sale) -> {
                            bed.redisCommand("XADD", sale.anyStream(), "*", "order", "nonsense", "uid", "-3");
                            sale.lettersExpected.incrementAndGet();
                        })
                        .alsoInEveryBuild());
    }

    private static List<FaultRow> clocks() {
        Duration hour = Duration.ofHours(1);
        return List.of(
                FaultRow.of(
                                "clocks of the servers 1 h ahead, of the workers 1 h behind",
                                PAIRS.skewed(hour, hour.negated()),
                                (bed, sale) -> {})
                        .strikes(0),
                FaultRow.of(
                                "clocks of the servers 1 h behind, of the workers 1 h ahead",
                                PAIRS.skewed(hour.negated(), hour),
                                (bed, sale) -> {})
                        .strikes(0));
    }

    /** Kills the only worker at the moment when one of its messages has been sent, or is about to be. */
    private static void killWorkerAt(FaultBed bed, TcpProxy proxy, String marker, boolean requestPasses)
            throws Exception {
        trip(proxy, marker, requestPasses, () -> bed.workers.get(0).kill());
        bed.workers.get(0).restart();
    }

    private static void trip(TcpProxy proxy, String marker, boolean requestPasses, Runnable then) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        proxy.stopAt(marker, requestPasses, () -> {
            try {
                then.run();
                done.complete(null);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            done.get(TRIP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } finally {
            proxy.stopNowhere();
        }
    }

    /** What EVALSHA names a script by. */
    private static String digestOf(String script) throws Exception {
        try (InputStream in = StockKeys.class.getResourceAsStream("/lua/" + script + ".lua")) {
            byte[] text = in == null ? new byte[0] : in.readAllBytes();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        }
    }

    private static void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }
}
