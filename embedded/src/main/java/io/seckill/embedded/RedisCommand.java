package io.seckill.embedded;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;

/** Runs a command on a redis-server of this machine as an operator would with redis-cli. */
public final class RedisCommand {
    private static final int TIMEOUT_MILLIS = 10_000;

    private RedisCommand() {}

    /**
     * Runs one command on a connection of its own.
     *
     * @return the answer as text, the elements of an array in lines
     * @throws ProcessFailure if the server does not answer, or with an error
     */
    public static String run(int port, String... words) {
        return run(port, 0, words);
    }

    /**
     * Runs one command on a connection of its own, in a logical database.
     *
     * @return the answer as text, the elements of an array in lines
     * @throws ProcessFailure if the server does not answer, or with an error
     */
    public static String run(int port, int database, String... words) {
        return run(port, database == 0 ? List.of() : List.of("SELECT", Integer.toString(database)), words);
    }

    /**
     * Runs one command on a connection of its own, as a user of the server's ACL.
     *
     * @return the answer as text, the elements of an array in lines
     * @throws ProcessFailure if the server does not answer, or with an error
     */
    public static String runAs(String user, String password, int port, String... words) {
        return run(port, List.of("AUTH", user, password), words);
    }

    private static String run(int port, List<String> before, String... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (!before.isEmpty()) {
                socket.getOutputStream().write(encode(before.toArray(String[]::new)));
                answer(in);
            }
            socket.getOutputStream().write(encode(words));
            return answer(in);
        } catch (IOException e) {
            throw new ProcessFailure("the redis-server on port " + port + " does not answer: " + e.getMessage(), e);
        }
    }

    private static byte[] encode(String... words) {
        StringBuilder command = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            int length = word.getBytes(StandardCharsets.UTF_8).length;
            command.append('$').append(length).append("\r\n").append(word).append("\r\n");
        }
        return command.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String answer(InputStream in) throws IOException {
        int kind = in.read();
        String line = line(in);
        return switch (kind) {
            case '+', ':' -> line;
            case '$' -> bulk(in, Integer.parseInt(line));
            case '*' -> {
                StringJoiner elements = new StringJoiner("\n");
                for (int left = Integer.parseInt(line); left > 0; left--) {
                    elements.add(answer(in));
                }
                yield elements.toString();
            }
            default -> throw new ProcessFailure("redis-server: " + line);
        };
    }

    private static String bulk(InputStream in, int length) throws IOException {
        if (length < 0) {
            return "";
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        line(in);
        return text;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != '\n') {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            line.write(next);
            next = in.read();
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }
}
