package io.seckill.observing;

import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags that say where a part shows its metrics and its health. */
public final class AdminOptions implements Validated {
    private static final int MAX_PORT = 65_535;

    @Option(
            names = "--admin-host",
            defaultValue = "127.0.0.1",
            paramLabel = "HOST",
            description = "The interface on which metrics and health are shown, to whoever reaches it. "
                    + "Default: ${DEFAULT-VALUE}")
    private String host = "";

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "Where GET /metrics, /healthz and /readyz are served; 0 for any free port, -1 for none. "
                    + "Default: " + AdminSettings.USUAL_SERVER_PORT + " of a server and "
                    + AdminSettings.USUAL_WORKER_PORT
                    + " of a worker, or any free one if that is taken. Of two parts in one process the worker has the port after "
                    + "the server's.")
    private @Nullable Integer port;

    @Override
    public void validate(Faults faults) {
        if (host.isBlank()) {
            faults.add("admin-host", "'" + host + "'", "a host name or address");
        }
        if (port != null) {
            faults.checkRange("admin-port", port, AdminSettings.OFF, MAX_PORT);
        }
    }

    /**
     * The settings; call {@link #validate} first.
     *
     * @param usual the port if none was given
     */
    public AdminSettings toSettings(int usual) {
        return port == null ? new AdminSettings(host, usual, true) : new AdminSettings(host, port, false);
    }
}
