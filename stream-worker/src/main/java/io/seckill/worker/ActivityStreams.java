package io.seckill.worker;

import java.time.Instant;
import java.util.List;

/**
 * The streams of one activity that is not drained.
 *
 * @param closedInRedis true if it was ended and its pools are known to follow: no entry can come any more
 * @param fenced those of its streams whose pool is fenced, and whose entries are waited for
 */
record ActivityStreams(
        long activityId, Instant endsAt, boolean closedInRedis, List<String> streams, List<String> fenced) {}
