package io.seckill.bench;

import java.util.List;
import java.util.Set;

/**
 * What the buyers know when all is said.
 *
 * @param contradictions answers that cannot both be true, or that break the API
 * @param twoOrders answers that can both be true only of an activity from which PostgreSQL sold too
 * @param putOff accepted orders whose buyers asked again and were told TRY_AGAIN, which can be true of the same only
 * @param unresolvedUsers those with a request whose outcome was never learned
 */
public record Told(
        AcceptedOrders accepted,
        Findings contradictions,
        List<TwoOrders> twoOrders,
        Findings putOff,
        Set<Long> unresolvedUsers) {}
