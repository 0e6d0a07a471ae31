package io.seckill.cli.up;

import io.seckill.migrations.PostgresSettings;
import io.seckill.stock.RedisSettings;
import java.util.Optional;

/** The stores that are not ours to start; one is started in place of each that is absent. */
record ExternalStores(Optional<RedisSettings> redis, Optional<PostgresSettings> postgres) {}
