package io.seckill.stock;

import static io.seckill.stock.Ledger.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.SharedServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Limits on rates against {@link RateModel}, over random arrivals by a clock that the test sets. */
class RandomArrivalsIT {
    private static final long IN_STOCK = 1001;
    private static final long SOLD_OUT = 1002;
    private static final Map<Long, Long> UNITS = Map.of(IN_STOCK, 1_000_000L, SOLD_OUT, 0L);
    private static final String TIME = "redis.call('TIME')";
    private static final String CLOCK = "test:clock";
    private static final int BATCHES = 600;
    private static final int MAX_BATCH = 4;
    private static final int USERS = 3;
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int[] USER_REQUESTS = {0, 1, 2, 5, 100};
    private static final int[] WINDOWS = {100, 1_000, 7_777, 3_600_000};
    private static final int[] PER_SECOND = {0, 1, 3, 7, 15, 1_234, 1_000_000};

    static List<Long> seeds() {
        Long given = Long.getLong("seckill.seed");
        return given != null
                ? List.of(given)
                : LongStream.generate(new Random()::nextLong).limit(12).boxed().toList();
    }

    @ParameterizedTest(name = "-Dseckill.seed={0}")
    @MethodSource("seeds")
    void whoIsRateLimitedAndForHowLongIsExact(long seed) {
        Random random = new Random(seed);
        RateLimits limits = randomLimits(random);
        System.out.println("RandomArrivalsIT: -Dseckill.seed=" + seed + " " + limits);
        String[] around = LuaScript.load("reserve").split(Pattern.quote(TIME), -1);
        assertThat(around).as("reserve.lua asks for the time once").hasSize(2);
        String text = String.join("redis.call('HMGET', '" + CLOCK + "', 'seconds', 'micros')", around);
        try (Ledger ledger = new Ledger(SharedServers.freshRedisUrl(), text)) {
            // Later than the true time, so that nothing expires before its time; of any microsecond.
            Instant start = Instant.now().plus(Duration.ofDays(400)).plusNanos(random.nextInt());
            long micros = start.getEpochSecond() * MICROS_PER_SECOND + start.getNano() / 1_000;
            ledger.prepare(
                    Instant.EPOCH, start.plus(Duration.ofDays(4_000)), 1 + random.nextInt(3) * 40, limits, UNITS);
            ledger.grantAll(UNITS);
            RateModel model = new RateModel(limits);
            List<Long> sent = new ArrayList<>();
            int limited = 0;
            for (int i = 0; i < BATCHES; i++) {
                micros = nextArrival(random, micros, sent, limits, model);
                sent.add(micros);
                limited += arrive(ledger, model, random, micros);
            }
            assertThat(limited).as("requests over a limit").isPositive();
        }
    }

    private static RateLimits randomLimits(Random random) {
        int requests = USER_REQUESTS[random.nextInt(USER_REQUESTS.length)];
        int perSecond = PER_SECOND[random.nextInt(PER_SECOND.length)];
        if (requests == 0 || requests == 100) {
            perSecond = Math.min(Math.max(perSecond, 1), 15); // so that some limit is met
        }
        Duration window = requests == 0 ? Duration.ZERO : Duration.ofMillis(WINDOWS[random.nextInt(WINDOWS.length)]);
        return new RateLimits(requests, window, perSecond);
    }

    /** Now, soon, a long time later, or when a limit ends, give or take the smallest step of its clock. */
    private static long nextArrival(Random random, long micros, List<Long> sent, RateLimits limits, RateModel model) {
        long window = Math.max(limits.userWindow().toMillis(), 100) * 1_000;
        long next = switch (random.nextInt(12)) {
            case 0, 8, 9 -> micros;
            case 1 -> micros + random.nextInt(1_000);
            case 2 -> micros + random.nextLong(3 * window);
            case 3 -> micros + random.nextLong(20 * window);
            case 4, 5 -> micros + random.nextLong(window / 4);
            case 6, 7 -> model.opensAtMicros() + random.nextInt(3) - 1;
            default -> {
                long before = sent.isEmpty() ? micros : sent.get(Math.max(0, sent.size() - 1 - random.nextInt(8)));
                yield before + window + 1_000L * (random.nextInt(3) - 1);
            }
        };
        return Math.max(next, micros);
    }

    private static int arrive(Ledger ledger, RateModel model, Random random, long micros) {
        ledger.hash(CLOCK)
                .putAll(Map.of(
                        "seconds", Long.toString(micros / MICROS_PER_SECOND),
                        "micros", Long.toString(micros % MICROS_PER_SECOND)));
        ReserveOrder[] batch = new ReserveOrder[1 + random.nextInt(MAX_BATCH)];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = order(1 + random.nextInt(USERS), "", random.nextBoolean() ? IN_STOCK : SOLD_OUT, 1);
        }
        List<Decision> decisions = ledger.decide(batch).decisions();
        int limited = 0;
        for (int i = 0; i < batch.length; i++) {
            Decision decision = decisions.get(i);
            long wait = model.ask(batch[i].userId(), micros);
            assertThat(decision.outcome() == ReserveOutcome.RATE_LIMITED)
                    .as("%s at %d µs, the model says %d ms", batch[i], micros, wait)
                    .isEqualTo(wait > 0);
            assertThat(decision.retryAfter()).isEqualTo(Duration.ofMillis(wait));
            limited += wait > 0 ? 1 : 0;
        }
        return limited;
    }
}
