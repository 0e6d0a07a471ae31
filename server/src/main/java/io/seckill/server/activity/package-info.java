/**
 * Activities: their rules, their rows in PostgreSQL, and how their pools in Redis are brought to what the rows say.
 * Blocking, and knows nothing of gRPC.
 */
@NullMarked
package io.seckill.server.activity;

import org.jspecify.annotations.NullMarked;
