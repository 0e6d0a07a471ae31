/** Tries what is deployed: the archives as their users have them, and the files in {@code ops} against what they rely on. */
@NullMarked
package io.seckill.trial;

import org.jspecify.annotations.NullMarked;
