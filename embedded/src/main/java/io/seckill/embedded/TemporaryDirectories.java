package io.seckill.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Directories that go away with the servers in them. */
public final class TemporaryDirectories {
    private TemporaryDirectories() {}

    /** Makes a directory {@code seckill-<part>-…} below the system's temporary directory. */
    public static Path create(String part) {
        try {
            return Files.createTempDirectory("seckill-" + part + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary directory for " + part, e);
        }
    }

    /** Deletes a directory and all that is in it. */
    public static void delete(Path dir) {
        try (Stream<Path> paths = Files.walk(dir)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + dir, e);
        }
    }
}
