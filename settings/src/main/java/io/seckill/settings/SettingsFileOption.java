package io.seckill.settings;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The {@code --settings} flag. It stands here for {@code --help}: {@link CommandRunner} reads the file beforehand. */
public final class SettingsFileOption {
    @Option(
            names = "--settings",
            paramLabel = "FILE",
            description = "A properties file with any of these options, without dashes: grpc-port=9090. "
                    + "Flags win over SECKILL_* variables (SECKILL_GRPC_PORT), variables over the file. A password or URL "
                    + "may stand in a file of its own, named by SECKILL_<NAME>_FILE or <name>-file.")
    private @Nullable Path file;

    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }
}
