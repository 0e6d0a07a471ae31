/** The parts of a whole system, started in or below this process. */
@NullMarked
package io.seckill.cli.local;

import org.jspecify.annotations.NullMarked;
