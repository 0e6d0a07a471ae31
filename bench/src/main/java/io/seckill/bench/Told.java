package io.seckill.bench;

import java.util.Set;

/**
 * What the buyers know when all is said.
 *
 * @param contradictions answers that cannot both be true, or that break the API
 * @param unresolvedUsers those with a request whose outcome was never learned
 */
public record Told(AcceptedOrders accepted, Findings contradictions, Set<Long> unresolvedUsers) {}
