/** Who may call a server, and what it is told about that when it starts. */
@NullMarked
package io.seckill.server.access;

import org.jspecify.annotations.NullMarked;
