/** How much a server takes on at a time, from everybody and from one peer, and who counts it. Nothing here blocks. */
@NullMarked
package io.seckill.server.limits;

import org.jspecify.annotations.NullMarked;
