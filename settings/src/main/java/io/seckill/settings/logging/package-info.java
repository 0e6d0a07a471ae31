/**
 * What our processes log and how: a line per event, as text or as JSON, without secrets, repeats counted rather than
 * written. {@link io.seckill.settings.logging.LogOptions} are the flags, {@link io.seckill.settings.logging.Logging} sets it
 * up. Whoever logs a user says {@link io.seckill.settings.logging.UserNames#of}.
 */
@NullMarked
package io.seckill.settings.logging;

import org.jspecify.annotations.NullMarked;
