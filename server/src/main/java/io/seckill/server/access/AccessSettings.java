package io.seckill.server.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who may call.
 *
 * @param tokens which tokens are good; empty if none is
 * @param tls empty for a socket without TLS
 * @param openToAll whether it was said in words that nobody is to be authenticated
 */
public record AccessSettings(Optional<TokenSettings> tokens, Optional<TlsSettings> tls, boolean openToAll) {
    /** Whoever reaches the socket, which is for this machine only. */
    public static final AccessSettings LOCAL = new AccessSettings(Optional.empty(), Optional.empty(), false);

    /** True if clients may show a certificate that says who they are. */
    public boolean byCertificate() {
        return tls.flatMap(TlsSettings::clientCa).isPresent();
    }

    /** True if every call must say who makes it. */
    public boolean authenticates() {
        return tokens.isPresent() || byCertificate();
    }

    /** Why a server with these settings may not listen on a host; empty if it may. */
    public Optional<String> whyNotOn(String host) {
        if (authenticates() || openToAll || isLoopback(host)) {
            return Optional.empty();
        }
        return Optional.of(
                "grpc-host: " + host + " (expected: an address of the loopback interface, since callers are not"
                        + " authenticated; set --jwt-jwks or --tls-client-ca, or say --insecure-without-authentication)");
    }

    /** False also for a name that means nothing now, since later it may mean anything. */
    public static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
