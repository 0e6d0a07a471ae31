package io.seckill.settings.logging;

import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import io.seckill.settings.Validated;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Option;

/** The flags that say what a process logs, and how. Logs go to standard error. */
public final class LogOptions implements Validated {
    static final int MIN_KEY_BYTES = 16;
    static final int MAX_KEY_BYTES = 1_024;

    @Option(
            names = "--log-format",
            defaultValue = "TEXT",
            paramLabel = "FORMAT",
            description = "text, or json for an object per line. Default: text")
    private LogFormat format = LogFormat.TEXT;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "TRACE, DEBUG, INFO, WARN or ERROR, of our own lines; those of libraries begin at WARN. "
                    + "Default: INFO of a server and a worker, WARN of up")
    private @Nullable Level level;

    @Option(
            names = "--log-user-key-file",
            defaultValue = "",
            paramLabel = "FILE",
            description =
                    "Log user ids as pseudonyms: u: and 16 digits of their HMAC-SHA-256 with the key in this file, of "
                            + MIN_KEY_BYTES + " to " + MAX_KEY_BYTES + " bytes. Default: as they are")
    private String userKeyFile = "";

    @Override
    public void validate(Faults faults) {
        if (!userKeyFile.isEmpty() && !isReadable(userKeyFile)) {
            faults.add("log-user-key-file", userKeyFile, "a file that can be read");
        }
    }

    private static boolean isReadable(String file) {
        try {
            return Files.isReadable(Path.of(file)) && !Files.isDirectory(Path.of(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * Sets up the logging of this process; call {@link #validate} first.
     *
     * @throws StartFailure if the key is not a good one
     */
    public void apply() {
        UserNames.hideWith(userKeyFile.isEmpty() ? Optional.empty() : Optional.of(key(Path.of(userKeyFile))));
        Logging.setUp(format, Optional.ofNullable(level));
    }

    private static byte[] key(Path file) {
        byte[] key;
        try {
            key = Files.readString(file).strip().getBytes(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new StartFailure("log-user-key-file: " + file + " (expected: a text file that can be read)", e);
        }
        if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
            throw new StartFailure("log-user-key-file: " + file + " has " + key.length + " bytes (expected: "
                    + MIN_KEY_BYTES + ".." + MAX_KEY_BYTES + ")");
        }
        return key;
    }
}
