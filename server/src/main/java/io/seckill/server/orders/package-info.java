/**
 * Orders as buyers see them: recorded ones out of PostgreSQL, accepted ones out of Redis until they are recorded, and
 * what buyers do with them. Knows nothing of gRPC.
 */
@NullMarked
package io.seckill.server.orders;

import org.jspecify.annotations.NullMarked;
