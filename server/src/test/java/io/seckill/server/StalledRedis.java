package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A Redis that takes commands in and runs none of them. */
final class StalledRedis {
    private StalledRedis() {}

    /** Has one stand still for a while. */
    static void stall(int port, long millis) {
        command(port, "CLIENT PAUSE " + millis);
    }

    /** Has one run nothing that writes until {@link #goOn}. */
    static void stall(int port) {
        command(port, "CLIENT PAUSE 600000 WRITE");
    }

    static void goOn(int port) {
        command(port, "CLIENT UNPAUSE");
    }

    private static void command(int port, String command) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(3);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("+OK");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
