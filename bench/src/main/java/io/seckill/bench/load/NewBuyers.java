package io.seckill.bench.load;

import io.seckill.v1.Item;
import io.seckill.v1.SeckillRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests of buyers who never came before: user ids are a permutation of 1 to 2^40, which the seed chooses, so they
 * repeat after a trillion. Each basket is of products next to one another, 1 unit of each.
 */
public final class NewBuyers implements Requests {
    /** No buyer has an id above this. */
    public static final long MAX_USER_ID = 1L << 40;

    private static final long ODD = 0x9E37_79B9_7F4A_7C15L;
    private static final int MAX_BASKETS = 4_096;

    private final AtomicLong count = new AtomicLong();
    private final long salt;
    private final long[] activities;
    private final List<List<Item>> baskets;

    /**
     * Buyers of some activities that all have the same products.
     *
     * @param basketSize products in each basket, at most those that there are
     */
    public NewBuyers(List<Long> activities, List<Long> products, int basketSize, long seed) {
        if (activities.isEmpty() || basketSize < 1 || basketSize > products.size()) {
            throw new IllegalArgumentException("basket: " + basketSize + " of " + products.size() + " products in "
                    + activities.size() + " activities (expected: 1.. of each)");
        }
        SplittableRandom random = new SplittableRandom(seed);
        this.salt = random.nextLong(MAX_USER_ID);
        this.activities = activities.stream().mapToLong(Long::longValue).toArray();
        this.baskets = baskets(products, basketSize, random);
    }

    private static List<List<Item>> baskets(List<Long> products, int size, SplittableRandom random) {
        List<List<Item>> baskets = new ArrayList<>();
        int choices = products.size() - size + 1;
        for (int i = 0; i < (choices == 1 ? 1 : MAX_BASKETS); i++) {
            int first = random.nextInt(choices);
            baskets.add(products.subList(first, first + size).stream()
                    .map(product -> Item.newBuilder()
                            .setProductId(product)
                            .setQuantity(1)
                            .build())
                    .toList());
        }
        return baskets;
    }

    @Override
    public SeckillRequest next(String requestId) {
        long number = count.getAndIncrement();
        return SeckillRequest.newBuilder()
                .setActivityId(activities[(int) (number % activities.length)])
                .setUserId(1 + (((number ^ salt) * ODD) & (MAX_USER_ID - 1)))
                .setRequestId(requestId)
                .addAllItems(baskets.get((int) (number % baskets.size())))
                .build();
    }
}
