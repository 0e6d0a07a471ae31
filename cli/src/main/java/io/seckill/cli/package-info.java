/**
 * The {@code seckill} command: results on standard output, progress and failures on standard error, and an exit code
 * that a script can trust.
 */
@NullMarked
package io.seckill.cli;

import org.jspecify.annotations.NullMarked;
