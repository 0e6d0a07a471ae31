package io.seckill.bench.check;

import io.seckill.migrations.Database;

/** Which versions the stores are of. */
public final class StoreVersions {
    private static final String REDIS_VERSION = "redis_version:";

    private StoreVersions() {}

    /** The version that PostgreSQL says. */
    public static String postgres(Database database) {
        return database.sql().fetchSingle("SHOW server_version").get(0, String.class);
    }

    /** The version in what {@code INFO server} answers; "unknown" if there is none. */
    public static String redis(String info) {
        return info.lines()
                .filter(line -> line.startsWith(REDIS_VERSION))
                .map(line -> line.substring(REDIS_VERSION.length()))
                .findFirst()
                .orElse("unknown");
    }
}
