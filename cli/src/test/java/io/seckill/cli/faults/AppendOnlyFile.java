package io.seckill.cli.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** What a Redis that is down, or soon will be, has on its disk. */
final class AppendOnlyFile {
    private static final int COMMAND_TIMEOUT_SECONDS = 10;

    private final Path dir;

    AppendOnlyFile(Path redisDir) {
        this.dir = redisDir.resolve("appendonlydir");
    }

    /** Deletes all of it. */
    void wipe() {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts the newest bytes off, which the operating system had not brought to the disk. */
    void loseTail(long bytes) {
        try (FileChannel file = FileChannel.open(newest(), StandardOpenOption.WRITE)) {
            file.truncate(Math.max(0, file.size() - bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets a running server write only so much more, as a disk that fills up does. */
    void fillUpAfter(long bytes, long pid) throws InterruptedException {
        try {
            long limit = Files.size(newest()) + bytes;
            Process prlimit = new ProcessBuilder("prlimit", "--pid", Long.toString(pid), "--fsize=" + limit)
                    .inheritIO()
                    .start();
            if (!prlimit.waitFor(COMMAND_TIMEOUT_SECONDS, TimeUnit.SECONDS) || prlimit.exitValue() != 0) {
                throw new IllegalStateException("prlimit ended with " + prlimit.exitValue());
            }
        } catch (IOException e) {
            throw new TestAbortedException("no prlimit on this machine", e);
        }
    }

    private Path newest() {
        return files().stream()
                .filter(file -> file.toString().endsWith(".incr.aof"))
                .max((one, other) -> one.getFileName().compareTo(other.getFileName()))
                .orElseThrow();
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
