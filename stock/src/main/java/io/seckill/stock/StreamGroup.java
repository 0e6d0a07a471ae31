package io.seckill.stock;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.redisson.api.RStream;
import org.redisson.api.redisnode.RedisNodeAsync;
import org.redisson.api.stream.AutoClaimResult;
import org.redisson.api.stream.PendingEntry;
import org.redisson.api.stream.StreamCreateGroupArgs;
import org.redisson.api.stream.StreamMessageId;
import org.redisson.api.stream.StreamMultiReadGroupArgs;
import org.redisson.api.stream.StreamPendingRangeArgs;
import org.redisson.api.stream.StreamReadGroupArgs;
import org.redisson.client.RedisException;
import org.redisson.client.protocol.Time;

/**
 * One consumer of the group {@link StockKeys#GROUP} on any number of streams. Blocking; every method fails with
 * {@link StockUnavailableException}. Give it a {@link StockRedis} of its own: a blocking read holds its connection.
 */
public final class StreamGroup {
    private static final String READ = "XREADGROUP";
    private static final String LENGTH = "XLEN";

    private final StockRedis redis;
    private final String consumer;

    public StreamGroup(StockRedis redis, String consumer) {
        this.redis = redis;
        this.consumer = consumer;
    }

    /** A page of entries claimed from consumers that idled too long. */
    public record Claimed(List<StreamEntry> entries, String nextCursor) {
        /** The cursor to begin with, and the one that says that there is no more. */
        public static final String START = "0-0";

        public boolean isLast() {
            return nextCursor.equals(START);
        }
    }

    /** Makes the group at the beginning of the stream, and the stream, unless they are there. */
    public void ensure(String stream) {
        try {
            redis.stream(stream)
                    .createGroup(StreamCreateGroupArgs.name(StockKeys.GROUP)
                            .id(new StreamMessageId(0))
                            .makeStream());
        } catch (RedisException e) {
            if (!String.valueOf(e.getMessage()).startsWith("BUSYGROUP")) {
                throw RedisFailures.wrap("XGROUP CREATE " + stream, e);
            }
        }
    }

    /**
     * Reads entries that no consumer has read.
     *
     * @param streams one or more, of one slot
     * @param countPerStream entries of each stream at most
     * @param block how long to wait for the first one; zero not to wait
     */
    public List<StreamEntry> read(List<String> streams, int countPerStream, Duration block) {
        try {
            if (streams.size() == 1) {
                return readOne(streams.get(0), countPerStream, block);
            }
            return entries(redis.stream(streams.get(0))
                    .readGroup(StockKeys.GROUP, consumer, multi(streams, countPerStream, block)));
        } catch (RedisException e) {
            throw RedisFailures.wrap(READ, e);
        }
    }

    /** What one of several reads gave: entries, or why there are none. */
    public record Read(List<String> streams, List<StreamEntry> entries, Optional<StockUnavailableException> failure) {}

    /**
     * Reads from streams of several slots, all slots at the same time and without waiting for entries. Never fails as a
     * whole, since a master that is away has nothing to do with the others.
     *
     * @param slots for each slot, streams of it
     * @return one for each, in their order
     */
    public List<Read> readSlots(List<List<String>> slots, int countPerStream) {
        List<CompletableFuture<Read>> reads = new ArrayList<>();
        for (List<String> streams : slots) {
            reads.add(begin(streams, countPerStream)
                    .handle((entries, failure) -> failure == null
                            ? new Read(streams, entries, Optional.empty())
                            : new Read(streams, List.of(), Optional.of(RedisFailures.wrap(READ, failure))))
                    .toCompletableFuture());
        }
        return reads.stream().map(CompletableFuture::join).toList();
    }

    private CompletionStage<List<StreamEntry>> begin(List<String> streams, int countPerStream) {
        try {
            RStream<String, String> first = redis.stream(streams.get(0));
            if (streams.size() == 1) {
                return first.readGroupAsync(StockKeys.GROUP, consumer, single(countPerStream, Duration.ZERO))
                        .thenApply(messages -> {
                            List<StreamEntry> entries = new ArrayList<>();
                            addAll(entries, streams.get(0), messages);
                            return entries;
                        });
            }
            return first.readGroupAsync(StockKeys.GROUP, consumer, multi(streams, countPerStream, Duration.ZERO))
                    .thenApply(StreamGroup::entries);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private List<StreamEntry> readOne(String stream, int count, Duration block) {
        List<StreamEntry> entries = new ArrayList<>();
        addAll(entries, stream, redis.stream(stream).readGroup(StockKeys.GROUP, consumer, single(count, block)));
        return entries;
    }

    private static StreamReadGroupArgs single(int count, Duration block) {
        StreamReadGroupArgs arguments =
                StreamReadGroupArgs.greaterThan(StreamMessageId.NEVER_DELIVERED).count(count);
        if (!block.isZero()) {
            arguments.timeout(block);
        }
        return arguments;
    }

    private static StreamMultiReadGroupArgs multi(List<String> streams, int countPerStream, Duration block) {
        Map<String, StreamMessageId> others = new LinkedHashMap<>();
        streams.subList(1, streams.size()).forEach(stream -> others.put(stream, StreamMessageId.NEVER_DELIVERED));
        StreamMultiReadGroupArgs arguments = StreamMultiReadGroupArgs.greaterThan(
                        StreamMessageId.NEVER_DELIVERED, others)
                .count(countPerStream);
        if (!block.isZero()) {
            arguments.timeout(block);
        }
        return arguments;
    }

    private static List<StreamEntry> entries(Map<String, Map<StreamMessageId, Map<String, String>>> messages) {
        List<StreamEntry> entries = new ArrayList<>();
        messages.forEach((stream, ofStream) -> addAll(entries, stream, ofStream));
        return entries;
    }

    /**
     * Takes over entries that were read at least {@code minIdle} ago, by any consumer, this one included, and not
     * acknowledged. Entries that were deleted meanwhile are dropped from the pending list by Redis.
     */
    public Claimed claim(String stream, Duration minIdle, String cursor, int count) {
        try {
            AutoClaimResult<String, String> result = redis.stream(stream)
                    .autoClaim(StockKeys.GROUP, consumer, minIdle.toMillis(), TimeUnit.MILLISECONDS, id(cursor), count);
            List<StreamEntry> entries = new ArrayList<>();
            addAll(entries, stream, result.getMessages());
            return new Claimed(entries, result.getNextId().toString());
        } catch (RedisException e) {
            throw RedisFailures.wrap("XAUTOCLAIM " + stream, e);
        }
    }

    /** How often a pending entry was delivered; 0 if it is not pending. */
    public long deliveries(String stream, String id) {
        try {
            List<PendingEntry> pending = redis.stream(stream)
                    .listPending(StreamPendingRangeArgs.groupName(StockKeys.GROUP)
                            .startId(id(id))
                            .endId(id(id))
                            .count(1));
            return pending.isEmpty() ? 0 : pending.get(0).getDeliveryCount();
        } catch (RedisException e) {
            throw RedisFailures.wrap("XPENDING " + stream, e);
        }
    }

    /** Entries in a stream, read or not. */
    public long length(String stream) {
        try {
            return redis.stream(stream).size();
        } catch (RedisException e) {
            throw RedisFailures.wrap("XLEN " + stream, e);
        }
    }

    /** Whether the master of a stream answers; does not wait for it, and does not fail. */
    public CompletableFuture<Boolean> answers(String stream) {
        try {
            return redis.stream(stream)
                    .sizeAsync()
                    .handle((size, failure) -> failure == null
                            || !RedisFailures.wrap(LENGTH, failure).masterIsAway())
                    .toCompletableFuture();
        } catch (RedisException e) {
            return CompletableFuture.completedFuture(false);
        }
    }

    /** True if streams of different slots may be on different masters, of which each may be away alone. */
    public boolean hasSeveralMasters() {
        return redis.isCluster();
    }

    /**
     * What time it is by the clock of Redis, which alone decides when a sale begins and ends; of several masters, by that
     * of the first that answers.
     */
    public Instant time() {
        try {
            CompletableFuture<Time> first = new CompletableFuture<>();
            CompletableFuture<?>[] answers = redis.masters().stream()
                    .map(master -> ((RedisNodeAsync) master).timeAsync().thenAccept(first::complete))
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture<Void> unused = CompletableFuture.allOf(answers)
                    .whenComplete((all, failure) -> first.completeExceptionally(
                            failure == null ? new RedisException("no master is known") : failure));
            Time time = first.join();
            return Instant.ofEpochSecond(time.getSeconds(), TimeUnit.MICROSECONDS.toNanos(time.getMicroseconds()));
        } catch (RedisException | CompletionException e) {
            throw RedisFailures.wrap("TIME", e);
        }
    }

    private static void addAll(
            List<StreamEntry> entries, String stream, Map<StreamMessageId, Map<String, String>> messages) {
        messages.forEach((id, fields) -> {
            if (fields != null) {
                entries.add(new StreamEntry(stream, id.toString(), fields));
            }
        });
    }

    private static StreamMessageId id(String text) {
        String[] parts = text.split("-", 2);
        return new StreamMessageId(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }
}
