package io.seckill.cli.bench;

import io.seckill.bench.load.Address;
import io.seckill.bench.load.Connections;
import io.seckill.bench.load.LoadResult;
import io.seckill.bench.load.Requests;
import io.seckill.bench.load.StreamLoop;
import io.seckill.bench.load.UnaryLoop;
import java.time.Duration;
import java.util.Locale;

/** The two ways to call, each with as much under way as serves it best. */
enum Loads implements Load {
    UNARY {
        @Override
        public LoadResult run(Address server, Requests requests, Duration length) throws InterruptedException {
            try (Connections connections = Connections.open(server, CONNECTIONS)) {
                return new UnaryLoop(connections, UNARY_IN_FLIGHT).run(requests, length);
            }
        }
    },
    STREAMING {
        @Override
        public LoadResult run(Address server, Requests requests, Duration length) throws InterruptedException {
            try (Connections connections = Connections.open(server, CONNECTIONS)) {
                return new StreamLoop(connections, STREAM_WINDOW).run(requests, length);
            }
        }
    };

    static final int CONNECTIONS = 4;
    static final int UNARY_IN_FLIGHT = 256;
    static final int STREAM_WINDOW = 256;

    /** As in "unary accept". */
    String adjective() {
        return name().toLowerCase(Locale.ROOT);
    }
}
