package io.seckill.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.seckill.cli.Finished;
import io.seckill.cli.SeckillMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
    void withTheConsoleItStaysAndItsExitCodeIsThatOfTheAudit() throws Exception {
        StringWriter out = new StringWriter();
        AtomicInteger exit = new AtomicInteger(-1);
        Thread demo = new Thread(
                () -> exit.set(SeckillMain.runner(Map.of())
                        .run(
                                new PrintWriter(out, true),
                                new PrintWriter(new StringWriter(), true),
                                "demo",
                                "--console",
                                "--buyers",
                                "100",
                                "--products",
                                "1",
                                "--over",
                                "2s")),
                "demo");
        demo.start();
        await().atMost(Duration.ofSeconds(60)).until(() -> out.toString().contains("AUDIT ok"));

        Matcher console = Pattern.compile("console +(http://\\S+/)").matcher(out.toString());
        assertThat(console.find()).isTrue();
        HttpRequest look = HttpRequest.newBuilder(URI.create(console.group(1) + "state?activity=1"))
                .build();
        String state = HttpClient.newHttpClient()
                .send(look, HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(state).containsPattern("\"points\":\\[\\[\\d+,0,\\d+,\\d+,0,\\d+,\\d+\\],");
        assertThat(demo.isAlive()).isTrue();
        demo.interrupt();
        await().atMost(Duration.ofSeconds(60)).until(() -> !demo.isAlive());
        assertThat(exit).hasValue(0);
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
