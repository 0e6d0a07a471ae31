package io.seckill.server;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.grpc.AccessInterceptor;
import io.seckill.server.grpc.CallerIdentification;
import io.seckill.server.grpc.CallerRights;
import io.seckill.server.grpc.ClientCertificates;
import io.seckill.server.grpc.RefusedCalls;
import io.seckill.server.tls.ReloadingTls;
import io.seckill.server.tokens.TokenVerifier;
import io.seckill.settings.StartFailure;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who gets in: the TLS of the socket and the check of every call, with what keeps certificates and keys fresh. */
final class CallAccess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CallAccess.class);

    private final AccessSettings settings;
    private final Optional<ReloadingTls> tls;
    private final Optional<TokenVerifier> tokens;
    private final RefusedCalls refusals = new RefusedCalls();

    private CallAccess(AccessSettings settings, Optional<ReloadingTls> tls, Optional<TokenVerifier> tokens) {
        this.settings = settings;
        this.tls = tls;
        this.tokens = tokens;
    }

    /** Plaintext, and no questions asked. */
    static CallAccess ofEverybody() {
        return new CallAccess(AccessSettings.LOCAL, Optional.empty(), Optional.empty());
    }

    /**
     * Reads certificates and keys, and goes on reading them.
     *
     * @throws StartFailure that says what to do, if they cannot be read, or if strangers could call
     */
    static CallAccess open(ServerSettings server, Clock clock) {
        AccessSettings settings = server.access();
        String host = server.grpc().host();
        settings.whyNotOn(host).ifPresent(why -> {
            throw new StartFailure(why);
        });
        if (settings.openToAll()) {
            log.warn("whoever reaches {} may call, as --insecure-without-authentication says", host);
        } else if (settings.tokens().isPresent() && settings.tls().isEmpty() && !AccessSettings.isLoopback(host)) {
            log.warn(
                    "tokens come to {} without TLS: others on the way can read them, unless something in front of this"
                            + " server encrypts",
                    host);
        }
        Optional<ReloadingTls> tls = settings.tls().map(ReloadingTls::open);
        try {
            Optional<TokenVerifier> tokens = settings.tokens().map(some -> TokenVerifier.open(some, clock));
            return new CallAccess(settings, tls, tokens);
        } catch (RuntimeException e) {
            tls.ifPresent(ReloadingTls::close);
            throw e;
        }
    }

    /** What the socket shows to clients, and asks of them. */
    ServerCredentials credentials() {
        return tls.map(ReloadingTls::credentials).orElseGet(InsecureServerCredentials::create);
    }

    /** Notes whose certificate each connection shows. */
    void watchConnections(NettyServerBuilder server) {
        if (settings.authenticates()) {
            server.addTransportFilter(new ClientCertificates());
        }
    }

    /** Has every call checked, before any service sees it. */
    void guard(ServerBuilder<?> server) {
        callers().ifPresent(callers -> server.intercept(new AccessInterceptor(callers, refusals)));
    }

    /** Counts those that did not get in. */
    RefusedCalls refusals() {
        return refusals;
    }

    /** What callers may do, for those who have to know it before a call. */
    CallerRights rights() {
        return new CallerRights(callers());
    }

    private Optional<CallerIdentification> callers() {
        return settings.authenticates()
                ? Optional.of(new CallerIdentification(tokens, settings.byCertificate()))
                : Optional.empty();
    }

    /** Ends the threads that read files. Safe to call twice. */
    @Override
    public void close() {
        tls.ifPresent(ReloadingTls::close);
        tokens.ifPresent(TokenVerifier::close);
    }
}
