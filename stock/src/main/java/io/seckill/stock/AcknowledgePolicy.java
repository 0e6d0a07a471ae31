package io.seckill.stock;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What must be true of an accepted order before its buyer is told.
 *
 * @param replicaTimeout how long to wait for a replica; counts for {@link Level#REPLICA} only
 */
public record AcknowledgePolicy(Level level, Duration replicaTimeout) {
    public static final Duration DEFAULT_REPLICA_TIMEOUT = Duration.ofMillis(200);

    /** Told as soon as it is decided. */
    public static final AcknowledgePolicy IN_MEMORY = new AcknowledgePolicy(Level.MEMORY, DEFAULT_REPLICA_TIMEOUT);

    /** Where an accepted order stands at least. */
    public enum Level {
        /** In the memory of the master. */
        MEMORY,
        /** In the append-only file of the master, on its disk. */
        FSYNC,
        /** In the memory of the master and of one replica. */
        REPLICA;

        /** The level that a setting names, in small letters. */
        public static Optional<Level> named(String name) {
            return Arrays.stream(values())
                    .filter(level -> level.settingName().equals(name))
                    .findFirst();
        }

        /** As it is written in settings. */
        public String settingName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** An order is told once a replica has it. */
    public static AcknowledgePolicy onReplica(Duration timeout) {
        return new AcknowledgePolicy(Level.REPLICA, timeout);
    }

    /** An order is told once it is on the disk. */
    public static AcknowledgePolicy onDisk() {
        return new AcknowledgePolicy(Level.FSYNC, DEFAULT_REPLICA_TIMEOUT);
    }
}
