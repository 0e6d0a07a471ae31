package io.seckill.bench.ceiling;

import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A client that does nothing but call the script that decides one order: one thread and no library over many sockets, each with
 * one call under way, as redis-benchmark does it.
 */
public final class BareScriptClient {
    /** As many as redis-benchmark opens. */
    public static final int CONNECTIONS = 50;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final int port;
    private final String scriptSha;

    /**
     * @param port of Redis on the loopback interface
     * @param scriptSha of the loaded script
     */
    public BareScriptClient(int port, String scriptSha) {
        this.port = port;
        this.scriptSha = scriptSha;
    }

    /**
     * Buys for so long, each time as another user.
     *
     * @throws StartFailure if Redis does not answer, or with something else than that the order is accepted
     */
    public CeilingResult run(Duration length) {
        List<BareConnection> connections = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            for (int i = 0; i < CONNECTIONS; i++) {
                BareConnection connection = new BareConnection(address, scriptSha);
                connections.add(connection);
                connection.register(selector);
            }
            return run(selector, connections, length);
        } catch (IOException e) {
            throw new StartFailure("Redis on port " + port + " does not answer the bare client: " + e.getMessage(), e);
        } finally {
            connections.forEach(BareConnection::close);
        }
    }

    private static CeilingResult run(Selector selector, List<BareConnection> connections, Duration length)
            throws IOException {
        long start = System.nanoTime();
        long users = 0;
        long accepted = 0;
        for (BareConnection connection : connections) {
            connection.buy(++users);
        }
        while (accepted < users) {
            if (selector.select(PATIENCE.toMillis()) == 0) {
                throw new IOException("nothing for " + PATIENCE.toSeconds() + " s");
            }
            boolean goesOn = System.nanoTime() - start < length.toNanos();
            for (SelectionKey key : selector.selectedKeys()) {
                BareConnection connection = (BareConnection) key.attachment();
                if (connection.isAccepted()) {
                    accepted++;
                    if (goesOn) {
                        connection.buy(++users);
                    }
                }
            }
            selector.selectedKeys().clear();
        }
        return new CeilingResult(accepted, System.nanoTime() - start);
    }
}
