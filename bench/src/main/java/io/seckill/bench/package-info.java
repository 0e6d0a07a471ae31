/**
 * Buyers in great numbers over real sockets, and an audit that reads both stores and compares them with what the
 * buyers were told. Nothing here trusts a counter of the servers or workers.
 */
@NullMarked
package io.seckill.bench;

import org.jspecify.annotations.NullMarked;
