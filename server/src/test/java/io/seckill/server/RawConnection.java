package io.seckill.server;

import com.google.protobuf.ByteString;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that speaks HTTP/2 frame by frame, and so can do what no library would. One thread may read and another write. */
final class RawConnection implements AutoCloseable {
    static final int DATA = 0;
    static final int RST_STREAM = 3;
    static final int PING = 6;
    static final int GO_AWAY = 7;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int ENHANCE_YOUR_CALM = 11;

    /** What {@link #read} gives when the server has closed the connection. */
    static final Frame CLOSED = new Frame(-1, 0, 0, ByteString.EMPTY);

    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int USUAL_WINDOW = 65_535;
    private static final int PATIENCE_MILLIS = 10_000;
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int nextStream = 1;

    record Frame(int type, int flags, int stream, ByteString payload) {
        /** The reason in a RST_STREAM or GOAWAY. */
        int error() {
            return payload.asReadOnlyByteBuffer().getInt(type == GO_AWAY ? 4 : 0);
        }

        boolean isClosed() {
            return type == CLOSED.type;
        }

        boolean isAck() {
            return (flags & ACK) != 0;
        }
    }

    /** One that has said nothing yet. */
    RawConnection(int port) {
        this(connect(port));
    }

    private RawConnection(Socket connected) {
        try {
            socket = connected;
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Socket connect(int port) {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One over TLS over which calls can be made. */
    static RawConnection open(int port, SSLContext trust) {
        try {
            SSLSocket socket =
                    (SSLSocket) trust.getSocketFactory().createSocket(connect(port), "127.0.0.1", port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            RawConnection connection = new RawConnection(socket);
            connection.begin(USUAL_WINDOW);
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends half of what a client says first. */
    void beginPreface() {
        write(PREFACE.substring(0, PREFACE.length() / 2).getBytes(StandardCharsets.US_ASCII));
    }

    /** One over which calls can be made. */
    static RawConnection open(int port) {
        return open(port, USUAL_WINDOW);
    }

    /** One that takes so many bytes of each answer unasked. */
    static RawConnection open(int port, int window) {
        RawConnection connection = new RawConnection(port);
        connection.begin(window);
        return connection;
    }

    private void begin(int window) {
        write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        send(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6)
                        .putShort((short) INITIAL_WINDOW_SIZE)
                        .putInt(window)
                        .array());
    }

    /** Begins a call. */
    int call(MethodDescriptor<?, ?> method) {
        return call(method.getFullMethodName(), false);
    }

    int call(String method, boolean endsHere) {
        int stream = nextStream;
        nextStream += 2;
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        header(headers, ":method", "POST");
        header(headers, ":scheme", "http");
        header(headers, ":path", "/" + method);
        header(headers, ":authority", "localhost");
        header(headers, "content-type", "application/grpc");
        header(headers, "te", "trailers");
        send(HEADERS, END_HEADERS | (endsHere ? END_STREAM : 0), stream, headers.toByteArray());
        return stream;
    }

    /** Never indexed, never compressed. */
    private static void header(ByteArrayOutputStream headers, String name, String value) {
        headers.write(0);
        for (String text : new String[] {name, value}) {
            headers.write(text.length());
            headers.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Sends the first bytes of a message of a call. */
    void message(int stream, byte[] message, int bytes, boolean isLast) {
        ByteBuffer framed = ByteBuffer.allocate(5 + message.length);
        framed.put((byte) 0).putInt(message.length).put(message);
        byte[] part = new byte[bytes];
        framed.rewind().get(part);
        send(DATA, isLast ? END_STREAM : 0, stream, part);
    }

    void message(int stream, byte[] message, boolean isLast) {
        message(stream, message, 5 + message.length, isLast);
    }

    void reset(int stream) {
        send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    void ping() {
        send(PING, 0, 0, new byte[8]);
    }

    /** Allows a call so many bytes of answers more. */
    void allow(int stream, int bytes) {
        send(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    private void send(int type, int flags, int stream, byte[] payload) {
        write(ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
    }

    private synchronized void write(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next frame; settings are agreed to, and pings answered. */
    Frame read() {
        for (; ; ) {
            Frame frame = next();
            if (frame.type() == PING && !frame.isAck()) {
                send(PING, ACK, 0, frame.payload().toByteArray());
            } else if (frame.type() != SETTINGS) {
                return frame;
            } else if (!frame.isAck()) {
                send(SETTINGS, ACK, 0, new byte[0]);
            }
        }
    }

    private Frame next() {
        try {
            byte[] payload = new byte[(in.readUnsignedByte() << 16) | in.readUnsignedShort()];
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            in.readFully(payload);
            return new Frame(type, flags, stream, ByteString.copyFrom(payload));
        } catch (EOFException | SocketException e) {
            return CLOSED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on until such a frame comes; fails if the connection ends before. */
    Frame await(Predicate<Frame> wanted) {
        for (; ; ) {
            Frame frame = read();
            if (wanted.test(frame)) {
                return frame;
            }
            if (frame.isClosed()) {
                throw new AssertionError("the server closed the connection");
            }
        }
    }

    Frame await(int type) {
        return await(frame -> frame.type() == type);
    }

    /** Waits for the server to close the connection, and does nothing else meanwhile. */
    void awaitClosed() {
        Frame frame;
        do {
            frame = next();
        } while (!frame.isClosed());
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
