/** Classes that break the rules of the architecture on purpose, to show that the rules can fail. */
@NullMarked
package io.seckill.server.violation;

import org.jspecify.annotations.NullMarked;
