package io.seckill.stock;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * Finds out whether Redis cannot be talked to because of TLS. A Redis that misses a certificate says so only after the
 * handshake, which the client takes for silence, and one without TLS just closes the connection. Blocking.
 */
final class TlsProbe {
    private TlsProbe() {}

    /** What the first of the servers has against it, if anything; one that cannot be reached says nothing. */
    static Optional<SSLException> refusal(RedisSettings settings) {
        RedisTarget target = settings.target();
        if (!target.tls()) {
            return Optional.empty();
        }
        String node = target.nodes().get(0);
        int colon = node.lastIndexOf(':');
        String host = node.substring(0, colon);
        int port = Integer.parseInt(node.substring(colon + 1));
        int millis = (int) settings.timeout().toMillis();
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(host, port), millis);
            plain.setSoTimeout(millis);
            ping((SSLSocket) context(settings.access().tls()).getSocketFactory().createSocket(plain, host, port, true));
        } catch (SSLException e) {
            return Optional.of(e);
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Any answer will do. */
    private static void ping(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        int unused = socket.getInputStream().read();
    }

    private static SSLContext context(RedisTls tls) throws IOException, GeneralSecurityException {
        TrustManager[] trust =
                tls.ca().isPresent() ? PemFiles.trust(tls.ca().get()).getTrustManagers() : null;
        KeyManager[] show =
                tls.pair().isPresent() ? PemFiles.show(tls.pair().get()).getKeyManagers() : null;
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(show, trust, null);
        return context;
    }
}
