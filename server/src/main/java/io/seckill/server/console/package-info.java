/**
 * The live console: one page on the admin port that shows a sale as it runs, and pauses, resumes and tops it up.
 *
 * <p>It is a caller like any other. What it shows and does goes through the gRPC services inside the process, with whatever
 * the browser shows as its token, so that who may do what is decided in one place. However many look at a sale, it is read
 * once a second. No request of a browser blocks a thread that serves buyers.
 */
@NullMarked
package io.seckill.server.console;

import org.jspecify.annotations.NullMarked;
