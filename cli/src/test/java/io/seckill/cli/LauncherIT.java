package io.seckill.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher up to where it would build or run; both would meet the build that runs this test. */
class LauncherIT {
    private static final Path LAUNCHER =
            Path.of("..", "seckill").toAbsolutePath().normalize();
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    private Path dir;

    @Test
    void aJavaHomeWithoutAJdkIsOneLineAlsoThroughALinkFromAnotherFolder() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("link"), LAUNCHER);
        ProcessBuilder builder = new ProcessBuilder(link.toString(), "--version")
                .directory(dir.toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", dir.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output)
                .isEqualTo("seckill: JAVA_HOME is " + dir
                        + ", which is not a JDK 17 or newer; set it to one, or unset it\n");
    }

    @Test
    void aJavaHomeThatIsTooOldIsRefused() throws Exception {
        Path java = Files.createDirectories(dir.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"1.8.0_452\"' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = new ProcessBuilder(LAUNCHER.toString(), "--version").redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", dir.toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output).contains("is not a JDK 17 or newer");
    }
}
