package io.seckill.server.access;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The PEM files of a socket with TLS.
 *
 * @param certificate the server's, followed by those that lead to its root
 * @param key its private key, PKCS #8
 * @param clientCa what certificates of clients must lead to; without it clients show none
 */
public record TlsSettings(Path certificate, Path key, Optional<Path> clientCa) {
    /** All of them. */
    public List<Path> files() {
        return Stream.concat(Stream.of(certificate, key), clientCa.stream()).toList();
    }
}
