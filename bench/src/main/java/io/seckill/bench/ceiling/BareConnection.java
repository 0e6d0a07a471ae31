package io.seckill.bench.ceiling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** One socket of {@link BareScriptClient}. Its command is always the same bytes, but for the digits of the user. */
final class BareConnection implements AutoCloseable {
    private static final int DIGITS = 12;
    private static final int RADIX = 10;
    private static final int MAX_ANSWER_BYTES = 4_096;
    private static final String NO_USER = "0".repeat(DIGITS);
    private static final String NO_ORDER = "00000000-0000-7000-8000-" + NO_USER;
    private static final byte[] ACCEPTED = ":1\r\n".getBytes(StandardCharsets.US_ASCII);

    private final SocketChannel socket;
    private final ByteBuffer command;
    private final ByteBuffer answer = ByteBuffer.allocateDirect(MAX_ANSWER_BYTES);
    private final int userAt;
    private final int orderAt;

    BareConnection(InetSocketAddress address, String scriptSha) throws IOException {
        this.socket = SocketChannel.open(address);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        String keys = "3";
        String text = encode(List.of(
                "EVALSHA",
                scriptSha,
                keys,
                OneOrderKeys.STOCK,
                OneOrderKeys.BUYERS,
                OneOrderKeys.ORDERS,
                NO_USER,
                NO_ORDER));
        this.command = ByteBuffer.allocateDirect(text.length());
        command.put(text.getBytes(StandardCharsets.US_ASCII));
        this.userAt = text.indexOf("\n" + NO_USER) + 1;
        this.orderAt = text.indexOf(NO_ORDER) + NO_ORDER.length() - DIGITS;
    }

    private static String encode(List<String> words) {
        StringBuilder text = new StringBuilder("*").append(words.size()).append("\r\n");
        words.forEach(word -> text.append('$')
                .append(word.length())
                .append("\r\n")
                .append(word)
                .append("\r\n"));
        return text.toString();
    }

    void register(Selector selector) throws IOException {
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ, this);
    }

    /** Sends the order of a user. */
    void buy(long user) throws IOException {
        long left = user;
        for (int digit = DIGITS - 1; digit >= 0; digit--) {
            byte ascii = (byte) ('0' + left % RADIX);
            command.put(userAt + digit, ascii);
            command.put(orderAt + digit, ascii);
            left /= RADIX;
        }
        command.rewind();
        while (command.hasRemaining()) {
            socket.write(command); // some 250 bytes always fit: one call is under way at most
        }
    }

    /**
     * Reads what has come.
     *
     * @return true if the order is accepted, false if its answer has not come as a whole
     * @throws IOException if it is another answer
     */
    boolean isAccepted() throws IOException {
        if (socket.read(answer) < 0) {
            throw new IOException("the connection was closed");
        }
        if (answer.position() < ACCEPTED.length) {
            return false;
        }
        answer.flip();
        byte[] bytes = new byte[answer.remaining()];
        answer.get(bytes);
        answer.clear();
        if (!Arrays.equals(bytes, ACCEPTED)) {
            throw new IOException("answered " + new String(bytes, StandardCharsets.US_ASCII).strip());
        }
        return true;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket of the bare client cannot be closed", e);
        }
    }
}
