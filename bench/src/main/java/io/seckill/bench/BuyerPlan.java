package io.seckill.bench;

import io.seckill.bench.Basket.Line;
import io.seckill.bench.Buyer.Habit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Who asks for what: the same for the same seed. Each buyer is worked out when asked for, so a plan of any size takes
 * no memory. Made for an activity that allows one order per user and one unit per line.
 *
 * @param buyers how many; their user ids are 1 to this
 * @param products what they ask for, each once; the activity may sell more
 */
public record BuyerPlan(long seed, int buyers, List<Long> products) {
    public static final int MAX_BUYERS = 10_000_000;
    public static final int MAX_LINES = 3;

    /** What some malformed baskets ask for; no activity may sell it. */
    public static final long UNKNOWN_PRODUCT = 999_999_999_999L;

    private static final int PER_MILLE = 1_000;
    private static final int MALFORMED_PER_MILLE = 10;
    private static final int NEW_REQUEST_PER_MILLE = 50;
    private static final int SAME_REQUEST_PER_MILLE = 50;
    private static final int AT_ONCE_PER_MILLE = 50;
    private static final int MALFORMATIONS = 3;

    public BuyerPlan {
        products = List.copyOf(products);
        if (buyers < 1 || buyers > MAX_BUYERS) {
            throw new IllegalArgumentException("buyers: " + buyers + " (expected: 1.." + MAX_BUYERS + ")");
        }
        if (products.isEmpty()) {
            throw new IllegalArgumentException("products: none (expected: at least 1)");
        }
        if (products.contains(UNKNOWN_PRODUCT)) {
            throw new IllegalArgumentException("products: " + UNKNOWN_PRODUCT + " (expected: any other)");
        }
    }

    /** The buyer with this index, from 0. */
    public Buyer buyer(int index) {
        if (index < 0 || index >= buyers) {
            throw new IllegalArgumentException("index: " + index + " (expected: 0.." + (buyers - 1) + ")");
        }
        // The seed is mixed first, or the plan of the next seed would be this one moved by a buyer.
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + index);
        long userId = index + 1L;
        Habit habit = habit(random.nextInt(PER_MILLE));
        Basket first = basket(random);
        if (habit == Habit.MALFORMED) {
            Basket bad = malformed(first, random.nextInt(MALFORMATIONS));
            return new Buyer(userId, habit, bad, bad);
        }
        return new Buyer(userId, habit, first, habit == Habit.NEW_REQUEST ? basket(random) : first);
    }

    private static Habit habit(int draw) {
        int bound = MALFORMED_PER_MILLE;
        if (draw < bound) {
            return Habit.MALFORMED;
        }
        bound += NEW_REQUEST_PER_MILLE;
        if (draw < bound) {
            return Habit.NEW_REQUEST;
        }
        bound += SAME_REQUEST_PER_MILLE;
        if (draw < bound) {
            return Habit.SAME_REQUEST;
        }
        bound += AT_ONCE_PER_MILLE;
        return draw < bound ? Habit.SAME_REQUEST_AT_ONCE : Habit.ONCE;
    }

    private Basket basket(SplittableRandom random) {
        int size = random.nextInt(1, Math.min(MAX_LINES, products.size()) + 1);
        List<Line> lines = new ArrayList<>(size);
        while (lines.size() < size) {
            Line line = new Line(products.get(random.nextInt(products.size())), 1);
            if (!lines.contains(line)) {
                lines.add(line);
            }
        }
        return new Basket(lines);
    }

    private Basket malformed(Basket good, int malformation) {
        List<Line> lines = new ArrayList<>(good.lines());
        Line line = lines.get(0);
        switch (malformation) {
            case 0 -> lines.set(0, new Line(line.productId(), 0));
            case 1 -> lines.add(line);
            default -> lines.add(new Line(UNKNOWN_PRODUCT, 1));
        }
        return new Basket(lines);
    }
}
