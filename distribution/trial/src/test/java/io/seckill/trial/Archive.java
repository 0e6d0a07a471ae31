package io.seckill.trial;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An archive that was unpacked, and what can be run of it. */
record Archive(Path home, String command) {
    private static final long PATIENCE_SECONDS = 60;
    private static final String VERSION = System.getProperty("seckill.version", "");

    /** Unpacks what the module made; its folder is named as the archive is. */
    static Archive unpack(String module, String name, String command, Path dir) throws Exception {
        Path file = Path.of("..", module, "target", name + "-" + VERSION + ".tar.gz");
        Process tar = new ProcessBuilder(
                        "tar", "-xzf", file.toAbsolutePath().normalize().toString())
                .directory(dir.toFile())
                .inheritIO()
                .start();
        if (!tar.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || tar.exitValue() != 0) {
            throw new IllegalStateException(file + " cannot be unpacked");
        }
        return new Archive(dir.resolve(name + "-" + VERSION), command);
    }

    Path launcher() {
        return home.resolve("bin").resolve(command);
    }

    /** The names of the files in a folder of it, in order. */
    List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Runs it to its end, in a folder that is not its own. */
    Ended run(Map<String, String> environment, String... arguments) throws Exception {
        return run(launcher(), environment, arguments);
    }

    static Ended run(Path launcher, Map<String, String> environment, String... arguments) throws Exception {
        Process process = builder(launcher, environment, arguments)
                .directory(Path.of("/").toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(launcher + " does not end");
        }
        return new Ended(process.exitValue(), out);
    }

    /** Starts it with its output in a file. */
    Process start(Path log, Map<String, String> environment, String... arguments) throws IOException {
        return builder(launcher(), environment, arguments)
                .redirectOutput(log.toFile())
                .start();
    }

    private static ProcessBuilder builder(Path launcher, Map<String, String> environment, String... arguments) {
        List<String> words = new ArrayList<>(List.of(launcher.toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder;
    }

    /** How a command ended, with all that it said. */
    record Ended(int exit, String out) {}
}
