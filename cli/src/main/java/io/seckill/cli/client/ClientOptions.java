package io.seckill.cli.client;

import io.seckill.settings.Faults;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of a command that calls a server. */
public final class ClientOptions {
    private static final Pattern TARGET = Pattern.compile("(\\[[0-9a-fA-F:]+]|[^:/\\s]+):\\d{1,5}");
    private static final long MIN_DEADLINE_MILLIS = 1;
    private static final long MAX_DEADLINE_MILLIS = 600_000;

    @Option(
            names = "--server",
            defaultValue = "127.0.0.1:9090",
            paramLabel = "HOST:PORT",
            description = "The server to call. Default: ${DEFAULT-VALUE}")
    private String server = "";

    @Option(
            names = "--deadline",
            defaultValue = "5s",
            paramLabel = "TIME",
            description = "The longest wait for its answer. Default: ${DEFAULT-VALUE}")
    private Duration deadline = Duration.ZERO;

    @Mixin
    private final CredentialOptions credentials = new CredentialOptions();

    @Option(names = "--json", description = "Print the answer as JSON, for scripts.")
    private boolean json;

    /** Adds a fault for each option out of its bounds. */
    public void validate(Faults faults) {
        if (!TARGET.matcher(server).matches()) {
            faults.add("server", server, "HOST:PORT");
        }
        faults.checkRange("deadline in ms", deadline.toMillis(), MIN_DEADLINE_MILLIS, MAX_DEADLINE_MILLIS);
        credentials.validate(faults);
    }

    public boolean json() {
        return json;
    }

    /** A connection to the server; it is made at the first call. */
    public ServerConnection connect() {
        return new ServerConnection(server, deadline, credentials.toCredentials());
    }
}
