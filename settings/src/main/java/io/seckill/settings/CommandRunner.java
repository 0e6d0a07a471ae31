package io.seckill.settings;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Runs a command whose options may also come from the environment and from the file named by {@code --settings}.
 *
 * <p>Precedence: flag, environment ({@code SECKILL_GRPC_PORT} for {@code --grpc-port}), file ({@code grpc-port=9090}),
 * built-in default. Faults of all three are reported together and exit with 2; a {@link StartFailure} is one line and
 * exits with 1. A {@link Secret} may stand in a file of its own. An unknown key in the file is a fault. An unknown {@code SECKILL_*} variable is not, since container
 * platforms put variables of that form there by themselves.
 */
public final class CommandRunner {
    /** The command ran and failed. */
    public static final int EXIT_FAILED = 1;

    /** The command was not run: its arguments or settings are wrong. */
    public static final int EXIT_USAGE = 2;

    private static final String SETTINGS_FLAG = "--settings";
    private static final String SETTINGS_VARIABLE = "SECKILL_SETTINGS";
    private static final Logger log = LoggerFactory.getLogger(CommandRunner.class);

    private final CommandLine commandLine;
    private final Map<String, String> environment;

    public CommandRunner(Object command, Map<String, String> environment) {
        this.commandLine = new CommandLine(command);
        this.environment = Map.copyOf(environment);
    }

    /** Calls the root what its users call it, where that is not its own name. */
    public CommandRunner named(String name) {
        commandLine.setCommandName(name);
        return this;
    }

    /** Adds a command below the root, as {@code seckill server}. */
    public CommandRunner add(String name, Object command) {
        commandLine.addSubcommand(name, command);
        return this;
    }

    /** Runs and returns the exit code of the process. Output goes to the given writers. */
    public int run(PrintWriter out, PrintWriter err, String... args) {
        Properties file;
        try {
            file = readFile(args);
        } catch (StartFailure e) {
            err.println(e.getMessage());
            return EXIT_USAGE;
        }
        commandLine.setOut(out).setErr(err);
        commandLine.registerConverter(Duration.class, new DurationConverter());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, failed, parsed) -> report(failure, failed));
        ForgivingParser parser = new ForgivingParser(commandLine, new LayeredDefaults(environment, file));
        ForgivingParser.Parsed parsed = parser.parse(args);
        if (!parsed.helpAsked()) {
            unknownKeys(file, parsed.command())
                    .forEach(key -> parsed.faults()
                            .add("settings file: " + key
                                    + " (expected: one of the options of '"
                                    + parsed.command().getCommandSpec().qualifiedName()
                                    + "' without its dashes)"));
            if (parsed.complete() && parsed.command().getCommand() instanceof Validated validated) {
                validated.validate(parsed.faults());
            }
            if (!parsed.faults().isEmpty()) {
                return reportFaults(parsed);
            }
        }
        return commandLine.execute(args);
    }

    private static int reportFaults(ForgivingParser.Parsed parsed) {
        String name = parsed.command().getCommandSpec().qualifiedName();
        PrintWriter err = parsed.command().getErr();
        err.println(name + ": not started, these settings are wrong:");
        parsed.faults().lines().forEach(line -> err.println("  " + line));
        err.println("Try '" + name + " --help'.");
        return EXIT_USAGE;
    }

    /** Those of a command that takes a file at all; another may be run beside a file that is meant for a server. */
    private static Set<String> unknownKeys(Properties file, CommandLine command) {
        if (command.getCommandSpec().findOption(SETTINGS_FLAG) == null) {
            return Set.of();
        }
        Set<String> known = command.getCommandSpec().options().stream()
                .flatMap(option -> LayeredDefaults.fileKeys(option).stream())
                .collect(Collectors.toSet());
        Set<String> unknown = new TreeSet<>(file.stringPropertyNames());
        unknown.removeAll(known);
        return unknown;
    }

    private static int report(Exception failure, CommandLine failed) {
        String name = failed.getCommandSpec().qualifiedName();
        if (failure instanceof StartFailure) {
            failed.getErr().println(name + ": " + failure.getMessage());
        } else {
            failed.getErr().println(name + ": failed unexpectedly, the log says where: " + failure);
            log.error("{} failed unexpectedly", name, failure);
        }
        return EXIT_FAILED;
    }

    private Properties readFile(String... args) {
        Properties file = new Properties();
        String path = environment.get(SETTINGS_VARIABLE);
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith(SETTINGS_FLAG + "=")) {
                path = args[i].substring(SETTINGS_FLAG.length() + 1);
            } else if (args[i].equals(SETTINGS_FLAG) && i + 1 < args.length) {
                path = args[i + 1];
            }
        }
        if (path == null) {
            return file;
        }
        try (Reader reader = Files.newBufferedReader(Path.of(path))) {
            file.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure("settings: " + path + " (expected: a readable properties file)", e);
        }
        return file;
    }
}
