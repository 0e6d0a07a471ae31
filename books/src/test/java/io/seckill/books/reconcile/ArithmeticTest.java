package io.seckill.books.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.stock.ProductPool;
import io.seckill.stock.ShardId;
import io.seckill.stock.ShardLook;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The books of one product in one pool. A random history of grants, sales, recordings, cancellations and returns runs past
 * the look at Redis; whatever PostgreSQL learned since, nothing may be missing.
 */
class ArithmeticTest {
    private static final long ACTIVITY = 7;
    private static final long PRODUCT = 1001;
    private static final long ALLOCATION = 5;
    private static final ShardId SHARD = new ShardId(ACTIVITY, 0);
    private static final String STREAM = StockKeys.stream(SHARD, PRODUCT);

    /** What really happened, in both stores. */
    private static final class World {
        private long total = 1_000;
        private long unallocated = 1_000;
        private long granted;
        private long broughtIn;
        private long returned;
        private long takenOut;
        private long remaining;
        private long cum;
        private long persisted;
        private long cancelled;
        private long lastEntry;
        private final Map<Long, Integer> stream = new HashMap<>();

        void step(Random random) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    total += 3;
                    unallocated += 3;
                }
                case 1 -> grant(random.nextInt(20));
                case 2 -> bringIn();
                case 3, 4 -> sell(1 + random.nextInt(3));
                case 5 -> record(random);
                case 6 -> cancel(random.nextInt(3));
                default -> takeBack(random);
            }
        }

        private void grant(long units) {
            long moved = Math.min(units, unallocated);
            unallocated -= moved;
            granted += moved;
        }

        private void bringIn() {
            remaining += granted - broughtIn;
            broughtIn = granted;
        }

        private void sell(int units) {
            if (remaining >= units) {
                remaining -= units;
                cum += units;
                stream.put(++lastEntry, units);
            }
        }

        private void record(Random random) {
            if (!stream.isEmpty()) {
                List<Long> ids = new ArrayList<>(stream.keySet());
                persisted += stream.remove(ids.get(random.nextInt(ids.size())));
            }
        }

        private void cancel(long units) {
            long back = Math.min(units, persisted - cancelled);
            cancelled += back;
            unallocated += back;
        }

        private void takeBack(Random random) {
            if (random.nextBoolean()) {
                long taken = Math.min(remaining, random.nextInt(5));
                remaining -= taken;
                takenOut += taken;
            } else {
                unallocated += takenOut - returned;
                returned = takenOut;
            }
        }

        ShardLook look() {
            return new ShardLook(
                    SHARD,
                    Instant.EPOCH,
                    Optional.of(new ShardLook.Header(1, 1)),
                    List.of(new ShardLook.ProductLook(
                            PRODUCT,
                            Optional.of(new ProductPool(ALLOCATION, cum, remaining)),
                            stream.size(),
                            new StreamId(lastEntry, 0))),
                    new ShardLook.MovedUnits(true, Map.of(ALLOCATION, broughtIn)),
                    new ShardLook.MovedUnits(true, Map.of(ALLOCATION, takenOut)));
        }
    }

    static List<Long> seeds() {
        Long given = Long.getLong("seckill.seed");
        return given != null ? List.of(given) : new Random().longs(200).boxed().toList();
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void whateverHappensAfterTheLookEveryUnitIsSomewhere(long seed) {
        Random random = new Random(seed);
        World world = new World();
        for (int i = random.nextInt(200); i > 0; i--) {
            world.step(random);
        }
        ShardLook look = world.look();
        List<ScannedLine> atLook = lines(world.stream);
        long persistedAtLook = world.persisted;
        long lastAtLook = world.lastEntry;
        Map<Long, Integer> streamAtLook = Map.copyOf(world.stream);
        for (int i = random.nextInt(200); i > 0; i--) {
            world.step(random);
        }
        long recordedOfLook = streamAtLook.entrySet().stream()
                .filter(entry -> !world.stream.containsKey(entry.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        long later = world.persisted - persistedAtLook - recordedOfLook;
        List<ScannedLine> unrecorded = atLook.stream()
                .filter(line ->
                        world.stream.containsKey(Long.parseLong(line.id().replace("-0", ""))))
                .toList();

        ActivityBooks books = add(world, look, atLook, unrecorded, later);

        assertThat(lastAtLook).isLessThanOrEqualTo(world.lastEntry);
        assertThat(books.addUp()).as("%s", books).isTrue();
        assertThat(books.products().get(0).terms())
                .extracting(Terms::onTheWay, Terms::remaining, Terms::comingBack)
                .allSatisfy(units -> assertThat((Long) units).isNotNegative());
    }

    @Test
    void unitThatIsNowhereIsADifferenceAndOneThatIsTwiceToo() {
        World world = new World();
        world.grant(10);
        world.bringIn();
        world.remaining--;
        assertThat(terms(world).difference()).isEqualTo(1);
        world.remaining += 2;
        assertThat(terms(world).difference()).isEqualTo(-1);
        world.remaining--;
        assertThat(terms(world).difference()).isZero();
    }

    @Test
    void onlyTheFirstHundredFindingsAreSaid() {
        Findings findings = new Findings();
        for (int i = 0; i < 103; i++) {
            findings.add("finding " + i);
        }

        assertThat(findings.sentences()).hasSize(Findings.MAX_SENTENCES + 1).endsWith("finding 99", "and 3 more");
    }

    private static Terms terms(World world) {
        return add(world, world.look(), List.of(), List.of(), 0)
                .products()
                .get(0)
                .terms();
    }

    private static List<ScannedLine> lines(Map<Long, Integer> stream) {
        List<ScannedLine> lines = new ArrayList<>();
        stream.forEach((id, units) ->
                lines.add(new ScannedLine(STREAM, id + "-0", new UUID(0, id), id, PRODUCT, units, ALLOCATION, 1)));
        return lines;
    }

    private static ActivityBooks add(
            World world, ShardLook look, List<ScannedLine> scanned, List<ScannedLine> unrecorded, long later) {
        LedgerRows rows = new LedgerRows(
                false,
                false,
                Optional.empty(),
                List.of(new LedgerRows.Item(PRODUCT, world.total, world.unallocated)),
                List.of(new LedgerRows.Pool(0, 1, Optional.empty())),
                List.of(new LedgerRows.Allocation(
                        ALLOCATION,
                        PRODUCT,
                        0,
                        1,
                        world.granted,
                        world.returned,
                        world.persisted,
                        world.cancelled,
                        0,
                        false)),
                List.of(),
                List.of(),
                new LedgerRows.Lines(
                        Map.of(
                                new LedgerRows.LineGroup(STREAM, 1, ALLOCATION),
                                new LedgerRows.LineSum(1, world.persisted, world.cancelled)),
                        Map.of()),
                Map.of(ALLOCATION, later));
        LedgerReader.Start start = new LedgerReader.Start(ACTIVITY, true, 1, 0, List.of(PRODUCT), List.of(0));
        return Arithmetic.add(new Look(start, Map.of(0, look), scanned, rows, new EntryFates(unrecorded, List.of())))
                .toBooks();
    }
}
