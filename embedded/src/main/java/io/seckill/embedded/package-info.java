/**
 * Real Redis and PostgreSQL servers, started as processes of their own out of embedded jars, for development, the
 * demo and the tests. Nothing in production depends on this package.
 */
@NullMarked
package io.seckill.embedded;

import org.jspecify.annotations.NullMarked;
