package io.seckill.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.seckill.embedded.FreePorts;
import io.seckill.embedded.PostgresProcess;
import io.seckill.embedded.SharedServers;
import io.seckill.embedded.TemporaryDirectories;
import io.seckill.trial.Archive.Ended;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The archives, unpacked into a folder with a space in its name. */
@Timeout(300)
class ArchivesIT {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final long DRAIN_SECONDS = 60;
    private static final int ENDED_BY_SIGTERM = 143;

    /** The second compiler pays off after minutes. */
    private static final Map<String, String> SHORT_LIVED = Map.of("JAVA_OPTS", "-XX:TieredStopAtLevel=1");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Path dir;
    private static Archive server;
    private static Archive worker;
    private static Archive cli;

    @BeforeAll
    static void unpack() throws Exception {
        dir = Files.createDirectory(TemporaryDirectories.create("archives").resolve("a folder"));
        server = Archive.unpack("server", "seckill-server", "seckill-server", dir);
        worker = Archive.unpack("worker", "seckill-worker", "seckill-worker", dir);
        cli = Archive.unpack("cli", "seckill-cli", "seckill", dir);
    }

    @AfterAll
    static void tidyUp() {
        TemporaryDirectories.delete(dir.getParent());
    }

    @Test
    void eachIsWholeAndHasNothingForDevelopment() throws Exception {
        for (Archive archive : List.of(server, worker, cli)) {
            assertThat(archive.files("")).contains("LICENSE", "README.txt", "bin", "conf", "lib");
            assertThat(archive.files("lib"))
                    .noneMatch(jar -> jar.matches("(embedded|seckill-embedded|seckill-bench|junit|assertj).*"));
            assertThat(Files.readString(archive.home().resolve("README.txt"))).doesNotContain("%{", "${");
        }
        assertThat(server.files("lib")).noneMatch(jar -> jar.startsWith("seckill-stream-worker"));
        assertThat(worker.files("lib")).noneMatch(jar -> jar.startsWith("seckill-server"));
    }

    @Test
    void eachListsWhatItHoldsIfItWasMadeOnline() throws Exception {
        boolean online = "offline=false".equals(System.getProperty("seckill.build"));
        for (Archive archive : List.of(server, worker, cli)) {
            assertThat(archive.files("").contains("sbom.json")).isEqualTo(online);
            if (!online) {
                continue;
            }
            JsonObject sbom = JsonParser.parseString(
                            Files.readString(archive.home().resolve("sbom.json")))
                    .getAsJsonObject();
            Set<String> listed = new TreeSet<>();
            for (JsonElement element : sbom.getAsJsonArray("components")) {
                JsonObject component = element.getAsJsonObject();
                listed.add(component.get("name").getAsString() + "-"
                        + component.get("version").getAsString() + ".jar");
            }

            assertThat(sbom.get("bomFormat").getAsString()).isEqualTo("CycloneDX");
            assertThat(listed).containsExactlyElementsOf(new TreeSet<>(archive.files("lib")));
        }
    }

    @Test
    void helpAndVersionOfEach() throws Exception {
        for (Archive archive : List.of(server, worker, cli)) {
            Ended help = archive.run(SHORT_LIVED, "--help");
            Ended version = archive.run(SHORT_LIVED, "--version");

            assertThat(help.exit()).isZero();
            assertThat(help.out()).startsWith("Usage: " + archive.command() + " ");
            assertThat(version)
                    .isEqualTo(
                            new Ended(0, "seckill " + System.getProperty("seckill.version") + System.lineSeparator()));
        }
    }

    @Test
    void whatTheCommandLeavesOutSaysWhereItIs() throws Exception {
        Ended demo = cli.run(Map.of(), "demo", "--buyers", "5");

        assertThat(demo.exit()).isEqualTo(1);
        assertThat(demo.out())
                .contains("seckill demo: needs a Redis and a PostgreSQL")
                .contains("source tree");
        assertThat(cli.run(Map.of(), "generate-completion").out()).contains("complete -F _complete_seckill");
    }

    @Test
    void withoutAJavaThatIsNewEnoughTheLauncherSaysSoAlsoThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("a link"), server.launcher());
        Path old = Files.createDirectories(dir.resolve("old java/bin"));
        Files.writeString(old.resolve("java"), "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        assertThat(old.resolve("java").toFile().setExecutable(true)).isTrue();

        assertThat(Archive.run(link, Map.of("JAVA_HOME", dir.toString()), "--version"))
                .isEqualTo(new Ended(
                        1,
                        "seckill-server: JAVA_HOME is " + dir
                                + ", which has no bin/java; set it to Java 17 or newer, or unset it\n"));
        assertThat(Archive.run(link, Map.of("JAVA_HOME", old.getParent().toString()), "--version"))
                .isEqualTo(new Ended(
                        1,
                        "seckill-server: " + old.resolve("java")
                                + " is Java 11; Java 17 or newer is needed, in JAVA_HOME or on the PATH\n"));
        assertThat(Archive.run(link, Map.of(), "--version").exit()).isZero();
    }

    @Test
    void saleOutOfTheArchivesIsRecordedAndBothPartsDrain() throws Exception {
        Map<String, String> stores = Map.of(
                "SECKILL_REDIS_URL", SharedServers.freshRedisUrl(),
                "SECKILL_JDBC_URL", SharedServers.freshJdbcUrl(),
                "SECKILL_JDBC_USER", PostgresProcess.USER);
        succeed(cli.run(stores, "migrate"));
        int port = FreePorts.next();
        int serverAdmin = FreePorts.next();
        int workerAdmin = FreePorts.next();
        Process serving = server.start(
                dir.resolve("server.log"),
                with(stores, "SECKILL_GRPC_PORT", port, "SECKILL_ADMIN_PORT", serverAdmin),
                "--settings",
                server.home().resolve("conf/seckill-server.properties").toString());
        Process recording = worker.start(
                dir.resolve("worker.log"),
                with(stores, "SECKILL_ADMIN_PORT", workerAdmin, "JAVA_OPTS", "-Xmx256m -Dof.mine=1"),
                "--settings",
                worker.home().resolve("conf/seckill-worker.properties").toString());
        try {
            await().atMost(START_TIMEOUT).until(() -> {
                assertThat(serving.isAlive()).as(log("server")).isTrue();
                assertThat(recording.isAlive()).as(log("worker")).isTrue();
                return isReady(serverAdmin) && isReady(workerAdmin);
            });
            Map<String, String> caller = Map.of("SECKILL_SERVER", "127.0.0.1:" + port);
            succeed(cli.run(caller, "activity", "create", "--name", "trial", "--product", "1001:5", "--preheat"));
            assertThat(succeed(cli.run(caller, "buy", "--activity", "1", "--user", "42", "--item", "1001")))
                    .startsWith("ACCEPTED");
            await().atMost(START_TIMEOUT)
                    .untilAsserted(
                            () -> assertThat(succeed(cli.run(stores, "rows"))).contains("1001"));

            serving.destroy();
            recording.destroy();
            assertThat(serving.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(recording.waitFor(DRAIN_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(serving.exitValue()).as(log("server")).isEqualTo(ENDED_BY_SIGTERM);
            assertThat(recording.exitValue()).as(log("worker")).isZero();
            assertThat(log("server")).contains("server stopped");
        } finally {
            serving.destroyForcibly();
            recording.destroyForcibly();
        }
    }

    private static Map<String, String> with(Map<String, String> some, Object... more) {
        Map<String, String> all = new HashMap<>(some);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i].toString(), more[i + 1].toString());
        }
        return all;
    }

    private static String log(String part) throws Exception {
        return Files.readString(dir.resolve(part + ".log"));
    }

    private static String succeed(Ended ended) {
        assertThat(ended.exit()).as(ended.out()).isZero();
        return ended.out();
    }

    private static boolean isReady(int port) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (java.io.IOException e) {
            return false; // not yet
        }
    }
}
