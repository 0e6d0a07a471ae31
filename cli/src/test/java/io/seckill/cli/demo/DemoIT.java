package io.seckill.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.cli.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DemoIT {
    private static final Pattern OK =
            Pattern.compile("AUDIT ok accepted=(\\d+) recorded=(\\d+) oversold=0 lost=0 duplicated=0");
    private static final Pattern FOLDER = Pattern.compile("their data in (\\S+) until");

    @Test
    void aSmallSaleOverTwoServersEndsWithAnOkAudit() {
        Finished finished = Finished.run(
                "demo",
                "--buyers",
                "1500",
                "--products",
                "2",
                "--stock",
                "150",
                "--servers",
                "2",
                "--workers",
                "2",
                "--seed",
                "7");
        List<String> lines = finished.outLines();

        assertThat(lines.get(0)).contains("seed 7");
        Matcher verdict = OK.matcher(lines.get(lines.size() - 1));
        assertThat(verdict.matches()).as(finished.out()).isTrue();
        assertThat(Integer.parseInt(verdict.group(1))).isBetween(150, 300);
        assertThat(verdict.group(2)).isEqualTo(verdict.group(1));
        assertThat(finished.exit()).isZero();
        assertThat(lines)
                .anyMatch(line -> line.matches(" +1001 +150 +150 +150 +0 +0"))
                .anyMatch(line -> line.matches(" +1002 +150 +150 +150 +0 +0"))
                .anyMatch(line -> line.matches("INVALID_ARGUMENT +\\d+"));
        assertThat(finished.err()).contains("selling 100 %");
        assertThat(finished.out()).doesNotContain("selling ");
    }

    @Test
    void aSmallSaleInFourPoolsEndsWithAnOkAudit() {
        Finished finished =
                Finished.run("demo", "--buyers", "600", "--products", "2", "--stock", "100", "--shards", "4");

        List<String> lines = finished.outLines();
        assertThat(lines.get(0)).contains("in 4 pool(s)");
        Matcher verdict = OK.matcher(lines.get(lines.size() - 1));
        assertThat(verdict.matches()).as(finished.out()).isTrue();
        assertThat(Integer.parseInt(verdict.group(1))).isGreaterThan(50);
        assertThat(finished.exit()).isZero();
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        Finished finished = Finished.run("demo", "--buyers", "20", "--products", "1", "--stock", "0", "--workers", "1");

        assertThat(finished.outLines()).last().asString().startsWith("AUDIT ok accepted=0 recorded=0");
        Matcher folder = FOLDER.matcher(finished.out());
        assertThat(folder.find()).isTrue();
        Path dir = Path.of(folder.group(1));
        assertThat(Files.exists(dir)).isFalse();
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(process -> process.info().commandLine().orElse("").contains(dir.toString()));
    }
}
