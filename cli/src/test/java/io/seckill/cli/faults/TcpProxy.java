package io.seckill.cli.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between two parts of the system and spoils what they say to each other: replies get lost, come late, or a
 * connection stops at the very message that a test waits for. Two threads a connection.
 */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final ServerSocket listener;
    private final int targetPort;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Tripwire> tripwire = new AtomicReference<>();
    private volatile Duration replyDelay = Duration.ZERO;
    private volatile boolean refusing;

    private TcpProxy(ServerSocket listener, int targetPort) {
        this.listener = listener;
        this.targetPort = targetPort;
    }

    /** Listens on a free port and forwards to another one of this machine. */
    static TcpProxy to(int targetPort) {
        try {
            TcpProxy proxy = new TcpProxy(new ServerSocket(0, 256, InetAddress.getLoopbackAddress()), targetPort);
            daemon("proxy-" + targetPort, proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException("no proxy to port " + targetPort, e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What stops a connection. */
    private record Tripwire(String marker, boolean requestPasses, Runnable then) {}

    /** From now on every reply comes this much later. */
    void delayReplies(Duration delay) {
        replyDelay = delay;
    }

    /** The replies of all connections that are open now are lost: requests arrive, and nothing comes back. */
    void loseReplies() {
        links.forEach(link -> link.deaf = true);
    }

    /** Breaks all connections that are open now. */
    void breakConnections() {
        links.forEach(Link::close);
    }

    /** Breaks all connections and takes on no new ones, until told otherwise. */
    void refuse(boolean nowRefusing) {
        refusing = nowRefusing;
        if (nowRefusing) {
            breakConnections();
        }
    }

    /**
     * Stops the next connection that sends this text: the request arrives or it does not, and there is no reply.
     *
     * @param then runs once it has stopped, on a thread of its own
     */
    void stopAt(String marker, boolean requestPasses, Runnable then) {
        tripwire.set(new Tripwire(marker, requestPasses, then));
    }

    /** Takes the tripwire away, if nobody has met it. */
    void stopNowhere() {
        tripwire.set(null);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                refusing = true; // The listener was closed: who comes after that is turned away.
            }
        }
    }

    /** Who connects while the target is down sees the connection break. */
    private void connect(Socket client) {
        if (refusing) {
            closeOne(client);
            return;
        }
        try {
            new Link(client, new Socket(InetAddress.getLoopbackAddress(), targetPort)).begin();
        } catch (IOException e) {
            closeOne(client); // The client learns of it as it would without a proxy: nobody answers.
        }
    }

    /** One connection through the proxy. */
    private final class Link {
        private final Socket client;
        private final Socket target;
        private volatile boolean deaf;
        private volatile boolean mute;
        private String tail = "";

        Link(Socket client, Socket target) {
            this.client = client;
            this.target = target;
        }

        void begin() throws IOException {
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            links.add(this);
            daemon("proxy-requests", () -> pump(client, target, true));
            daemon("proxy-replies", () -> pump(target, client, false));
        }

        private void pump(Socket from, Socket to, boolean requests) {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (requests ? passes(buffer, read) : hears()) {
                        out.write(buffer, 0, read);
                    }
                }
            } catch (IOException e) {
                // One end is gone, which the other is told by closing it, too.
            } finally {
                close();
            }
        }

        private boolean hears() {
            Duration delay = replyDelay;
            if (!delay.isZero()) {
                LockSupport.parkNanos(delay.toNanos());
            }
            return !deaf;
        }

        /** Looks for the tripwire's marker, which may lie in two pieces. */
        private boolean passes(byte[] buffer, int read) {
            Tripwire wire = tripwire.get();
            if (wire == null || mute) {
                return !mute;
            }
            String seen = tail + new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
            tail = seen.substring(Math.max(0, seen.length() - wire.marker().length()));
            if (!seen.contains(wire.marker()) || !tripwire.compareAndSet(wire, null)) {
                return true;
            }
            deaf = true;
            mute = true;
            if (wire.requestPasses()) {
                daemon("proxy-tripped", () -> {
                    // A moment for the target to carry out what it was sent.
                    LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
                    wire.then().run();
                });
                return true;
            }
            daemon("proxy-tripped", wire.then());
            return false;
        }

        void close() {
            links.remove(this);
            closeOne(client);
            closeOne(target);
        }
    }

    private static void closeOne(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        breakConnections();
    }
}
