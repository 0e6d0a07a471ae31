/** The TLS of the server's socket, whose certificates may change while it serves. */
@NullMarked
package io.seckill.server.tls;

import org.jspecify.annotations.NullMarked;
