package io.seckill.server.console;

import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The flags of the console. */
public final class ConsoleOptions implements Validated {
    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");
    private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,252})");

    @Option(
            names = "--console-host",
            defaultValue = "",
            paramLabel = "LIST",
            description =
                    "Names by which browsers may reach the console, such as that of a proxy in front of it, besides "
                            + "those of this machine's loopback interface and the address of --admin-host.")
    private String hosts = "";

    @Option(
            names = "--no-console",
            description = "Show no console at /console/ of the admin port, only metrics and health.")
    private boolean off;

    @Override
    public void validate(Faults faults) {
        names().stream()
                .filter(name -> !HOST_NAME.matcher(name).matches())
                .forEach(name -> faults.add("console-host", "'" + name + "'", "names of hosts, without a port"));
    }

    private Set<String> names() {
        return COMMA.splitAsStream(hosts.trim().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    /** The settings; call {@link #validate} first. */
    public ConsoleSettings toSettings() {
        return new ConsoleSettings(off, names());
    }
}
