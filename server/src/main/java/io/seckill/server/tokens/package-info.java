/** Bearer tokens (JWT): which are good, and whom they name. Nothing here waits for a network while a call is served. */
@NullMarked
package io.seckill.server.tokens;

import org.jspecify.annotations.NullMarked;
