/** The connections of a server: which are let in, and what becomes of those that take up room and do nothing with it. */
@NullMarked
package io.seckill.server.sockets;

import org.jspecify.annotations.NullMarked;
