/** What operators do with dead letters and streams: looking, replaying, discarding. Knows nothing of messages. */
@NullMarked
package io.seckill.server.operations;

import org.jspecify.annotations.NullMarked;
