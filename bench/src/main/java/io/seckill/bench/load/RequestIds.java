package io.seckill.bench.load;

import java.util.Locale;

/** Request ids of 36 characters, as long as the UUIDs that callers use, that say which slot of a load they are of. */
final class RequestIds {
    private static final String PREFIX = "00000000-0000-7000-8000-";
    private static final int RADIX = 10;

    private RequestIds() {}

    /** The id of a slot, which is at least 0. */
    static String of(int slot) {
        return PREFIX + String.format(Locale.ROOT, "%012d", slot);
    }

    /** The slot of an id that {@link #of} made. */
    static int slotOf(String requestId) {
        return Integer.parseInt(requestId, PREFIX.length(), requestId.length(), RADIX);
    }
}
