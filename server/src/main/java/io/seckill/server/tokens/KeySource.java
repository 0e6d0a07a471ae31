package io.seckill.server.tokens;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where the keys of tokens are. Reading may block. */
sealed interface KeySource {
    /** The keys as they are now, as the text of a JWKS. */
    String read() throws IOException;

    /** How often to read them unasked. */
    Duration every();

    /** The shortest time between two readings that tokens with unknown keys ask for. */
    Duration askedApart();

    /** The source that a setting names. */
    static KeySource of(String location) {
        return location.contains("://") ? new Web(URI.create(location)) : new File(Path.of(location));
    }

    /** A file on this machine. */
    record File(Path path) implements KeySource {
        private static final Duration EVERY = Duration.ofSeconds(2);
        private static final Duration ASKED_APART = Duration.ofSeconds(1);

        @Override
        public String read() throws IOException {
            return Files.readString(path);
        }

        @Override
        public Duration every() {
            return EVERY;
        }

        @Override
        public Duration askedApart() {
            return ASKED_APART;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** What the issuer publishes. */
    record Web(URI url) implements KeySource {
        private static final Duration EVERY = Duration.ofMinutes(5);
        private static final Duration ASKED_APART = Duration.ofSeconds(10);
        private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
        private static final int READ_TIMEOUT_MILLIS = 3_000;
        private static final int MAX_BYTES = 256 * 1024;

        @Override
        public String read() throws IOException {
            return new DefaultResourceRetriever(CONNECT_TIMEOUT_MILLIS, READ_TIMEOUT_MILLIS, MAX_BYTES)
                    .retrieveResource(url.toURL())
                    .getContent();
        }

        @Override
        public Duration every() {
            return EVERY;
        }

        @Override
        public Duration askedApart() {
            return ASKED_APART;
        }

        @Override
        public String toString() {
            return url.toString();
        }
    }
}
