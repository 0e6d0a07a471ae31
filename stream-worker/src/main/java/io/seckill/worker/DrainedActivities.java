package io.seckill.worker;

import io.seckill.stock.StreamGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds activities that are over and whose streams are empty, so that nobody reads them any more. */
final class DrainedActivities {
    /** By then every decision made before the end is in its stream. */
    static final Duration GRACE = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(DrainedActivities.class);

    private final StreamGroup group;
    private final AwaySlots away;
    private final ActivityStore store;
    private final Clock clock;
    private final Interval interval;

    DrainedActivities(StreamGroup group, AwaySlots away, ActivityStore store, Clock clock, Interval interval) {
        this.group = group;
        this.away = away;
        this.store = store;
        this.clock = clock;
        this.interval = interval;
    }

    /** Looks for some, if it is time to. */
    void turn(List<ActivityStreams> activities) {
        if (activities.isEmpty() || !interval.take()) {
            return;
        }
        Instant now = group.time();
        for (ActivityStreams activity : activities) {
            // Over comes before empty: the other way round an entry might come in between.
            if (isOver(activity, now)
                    && isEmpty(activity)
                    && store.markDrained(activity.activityId(), clock.instant())) {
                log.info("activity {} is over and all of it is recorded", activity.activityId());
            }
        }
    }

    private static boolean isOver(ActivityStreams activity, Instant redisTime) {
        return activity.closedInRedis() || redisTime.isAfter(activity.endsAt().plus(GRACE));
    }

    private boolean isEmpty(ActivityStreams activity) {
        return activity.streams().stream().allMatch(this::isEmpty);
    }

    private boolean isEmpty(String stream) {
        AtomicBoolean empty = new AtomicBoolean();
        away.unlessAway(stream, asked -> empty.set(group.length(asked) == 0));
        return empty.get();
    }
}
