package io.seckill.server.console;

import io.grpc.Metadata;
import io.seckill.server.grpc.CallerRights;

/**
 * Whoever looks.
 *
 * @param credentials what the browser shows of that
 * @param rights what they are good for
 */
record Viewer(Metadata credentials, CallerRights.Rights rights) {
    /** For the log. */
    String name() {
        return rights.name().isEmpty() ? "somebody" : rights.name();
    }
}
