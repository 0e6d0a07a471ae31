package io.seckill.observing;

/**
 * Where a part shows its metrics and its health.
 *
 * @param port 0 for any free one, {@link #OFF} to show nothing
 * @param orAnother true if any free port will do when this one is taken
 */
public record AdminSettings(String host, int port, boolean orAnother) {
    /** In place of a port: nothing is shown. */
    public static final int OFF = -1;

    /** What a server takes if it is not told otherwise. */
    public static final int USUAL_SERVER_PORT = 9_464;

    /** What a worker takes if it is not told otherwise. */
    public static final int USUAL_WORKER_PORT = 9_465;

    private static final String LOOPBACK = "127.0.0.1";

    /** Nothing is shown: for parts inside another process. */
    public static AdminSettings off() {
        return new AdminSettings(LOOPBACK, OFF, false);
    }

    /** Shown on a port of the loopback interface. */
    public static AdminSettings local(int port) {
        return new AdminSettings(LOOPBACK, port, false);
    }

    /** For a second part on the same machine: the next port, unless any or none will do. */
    public AdminSettings next() {
        return new AdminSettings(host, port > 0 ? port + 1 : port, orAnother);
    }

    public boolean isOff() {
        return port == OFF;
    }
}
