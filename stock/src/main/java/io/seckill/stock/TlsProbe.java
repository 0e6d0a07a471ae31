package io.seckill.stock;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
 * handshake, which the client takes for silence, and one without TLS says nothing at all. Blocking.
 */
final class TlsProbe {
    /** What is found of a server that answers, but not by TLS. */
    static final String WITHOUT_TLS = "it answers without TLS";

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
        InetSocketAddress address = new InetSocketAddress(host, port);
        try (Socket plain = connect(address, millis)) {
            SSLSocket secure = (SSLSocket)
                    context(settings.access().tls()).getSocketFactory().createSocket(plain, host, port, true);
            ping(secure);
        } catch (SSLException e) {
            return Optional.of(e);
        } catch (SocketTimeoutException e) {
            return answersPlainly(address, millis) ? Optional.of(new SSLException(WITHOUT_TLS)) : Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Redis waits in silence for the rest of what TLS began with, but answers to what it understands. */
    private static boolean answersPlainly(InetSocketAddress address, int millis) {
        try (Socket plain = connect(address, millis)) {
            return ping(plain) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Socket connect(InetSocketAddress address, int millis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, millis);
            socket.setSoTimeout(millis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The first byte of the answer, whatever it is; below 0 if there is none. */
    private static int ping(Socket socket) throws IOException {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket.getInputStream().read();
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
