/**
 * The PostgreSQL schema: Flyway migrations, and how a process connects to a database that has them. The classes in
 * {@code jooq} are generated from the migrations and committed; a test proves them fresh.
 */
@NullMarked
package io.seckill.migrations;

import org.jspecify.annotations.NullMarked;
