/**
 * How a process of ours starts: its settings come from flags, the environment and a file, every fault in them is
 * reported together, and a start that fails says in one line what to do.
 */
@NullMarked
package io.seckill.settings;

import org.jspecify.annotations.NullMarked;
