package io.seckill.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed jOOQ classes are those that the migrations give. {@code -Dseckill.jooq.write} writes them anew. */
class JooqClassesIT {
    private static final Path COMMITTED = Path.of("src/main/java");
    private static final String PACKAGE_PATH = JooqGenerator.PACKAGE.replace('.', '/');

    @TempDir
    private Path generated;

    @Test
    void committedClassesMatchTheMigrations() throws Exception {
        PostgresSettings settings = PostgresSettings.of(SharedServers.freshJdbcUrl(), PostgresProcess.USER, "");
        SchemaMigrator.migrate(settings);
        boolean write = System.getProperty("seckill.jooq.write") != null;
        JooqGenerator.generate(settings, write ? COMMITTED : generated);
        if (write) {
            return;
        }

        assertThat(sources(COMMITTED))
                .as("regenerate with: mvn -pl migrations -am verify -Dseckill.jooq.write")
                .isEqualTo(sources(generated))
                .isNotEmpty();
    }

    private static Map<String, String> sources(Path root) throws IOException {
        Path start = root.resolve(PACKAGE_PATH);
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(start)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sources.put(start.relativize(file).toString(), Files.readString(file));
            }
        }
        return sources;
    }
}
