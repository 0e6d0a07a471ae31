/** How results and progress look on a terminal and in a file. */
@NullMarked
package io.seckill.cli.terminal;

import org.jspecify.annotations.NullMarked;
