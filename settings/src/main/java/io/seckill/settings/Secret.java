package io.seckill.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An option that is a secret, or holds one. It may also stand in a file that {@code SECKILL_<NAME>_FILE} names, or
 * {@code <name>-file} in the settings file; its description must not show its default, which would be the secret itself.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Secret {}
