package io.seckill.server.tls;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.seckill.server.access.TlsSettings;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of the socket, read again on a thread of its own when a file changes. Connections that are made from
 * then on have them; those that are open live to their end. Files that do not belong together, or cannot be read, change
 * nothing.
 */
public final class ReloadingTls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ReloadingTls.class);

    /** The library's own reloading looks once a minute at most, and takes a certificate only with a new key. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final TlsSettings settings;
    private final AdvancedTlsX509KeyManager server;
    private final AdvancedTlsX509TrustManager clients = AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "certificates");
        thread.setDaemon(true);
        return thread;
    });
    private byte[] fingerprint = {};
    private String complaint = "";

    private ReloadingTls(TlsSettings settings) throws GeneralSecurityException {
        this.settings = settings;
        this.server = new AdvancedTlsX509KeyManager();
    }

    /**
     * Reads the files, and starts the thread.
     *
     * @throws StartFailure that says what to do, if they are no good
     */
    public static ReloadingTls open(TlsSettings settings) {
        ReloadingTls tls;
        try {
            tls = new ReloadingTls(settings);
            tls.readIfChanged();
        } catch (IOException | GeneralSecurityException e) {
            throw new StartFailure(
                    "TLS cannot be set up with the files " + settings.files() + ": " + e.getMessage(), e);
        }
        ScheduledFuture<?> unused = tls.executor.scheduleWithFixedDelay(
                tls::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return tls;
    }

    private void look() {
        try {
            if (readIfChanged()) {
                log.info("certificates were read again from {}", settings.files());
            }
            complaint = "";
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            if (!complaint.equals(e.toString())) {
                log.warn("certificates were changed and are no good, the old ones stay: {}", e.toString());
            }
            complaint = e.toString();
        }
    }

    private boolean readIfChanged() throws IOException, GeneralSecurityException {
        List<byte[]> contents = PemFiles.contents(settings);
        byte[] now = PemFiles.fingerprint(contents);
        if (MessageDigest.isEqual(now, fingerprint)) {
            return false;
        }
        PemFiles files = PemFiles.parse(contents);
        if (!files.clientCa().isEmpty()) {
            clients.updateTrustCredentials(files.clientCa().toArray(X509Certificate[]::new));
        }
        server.updateIdentityCredentials(files.certificates().toArray(X509Certificate[]::new), files.key());
        fingerprint = now;
        return true;
    }

    /**
     * What a socket needs. A client without a certificate gets as far as the check of its call: it may have a token, or
     * ask for nothing but the server's health.
     */
    public ServerCredentials credentials() {
        TlsServerCredentials.Builder credentials =
                TlsServerCredentials.newBuilder().keyManager(server);
        if (settings.clientCa().isPresent()) {
            credentials.trustManager(new UnnamedIssuers(clients)).clientAuth(ClientAuth.OPTIONAL);
        }
        return credentials.build();
    }

    /** Ends the thread. Safe to call twice. */
    @Override
    public void close() {
        executor.shutdownNow();
    }
}
