package io.seckill.stock.violation;

import org.jooq.DSLContext;

/** A class of the Redis half that reaches for PostgreSQL. */
record KnowsTheTables(DSLContext sql) {}
