package io.seckill.trial;

import static io.seckill.trial.RepositoryFiles.at;
import static io.seckill.trial.RepositoryFiles.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.seckill.observing.AdminSettings;
import io.seckill.server.ServerMain;
import io.seckill.settings.DurationConverter;
import io.seckill.worker.WorkerMain;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What units, the compose file and the Dockerfile rely on: how long draining takes, which ports, which settings of Redis. */
class UnitsAndImagesTest {
    private static final Duration TO_SPARE = Duration.ofSeconds(10);
    private static final JsonObject SERVICES = at(
                    RepositoryFiles.yaml("ops/compose/compose.yaml").get(0), "services")
            .getAsJsonObject();
    private static final Pattern STOP = Pattern.compile("(?m)^TimeoutStopSec=(.+)$");

    @ParameterizedTest
    @CsvSource({"server, seckill-server.service", "worker, seckill-worker@.service"})
    void whoStopsAPartGivesItTheTimeThatDrainingTakes(String part, String unit) {
        Duration needed = (part.equals("server")
                        ? builtIn(new ServerMain(), "--drain-wait").plus(builtIn(new ServerMain(), "--drain-timeout"))
                        : builtIn(new WorkerMain(), "--drain-timeout"))
                .plus(TO_SPARE);
        Matcher stop = STOP.matcher(RepositoryFiles.read("ops/systemd/" + unit));

        assertThat(stop.find()).isTrue();
        assertThat(duration(stop.group(1))).isGreaterThanOrEqualTo(needed);
        assertThat(duration(text(SERVICES, part, "stop_grace_period"))).isGreaterThanOrEqualTo(needed);
    }

    @Test
    void imagesAreOursOrOfOneVersion() {
        for (String name : SERVICES.keySet()) {
            JsonObject service = SERVICES.getAsJsonObject(name);
            assertThat(service.has("build") || text(service, "image").matches("[a-z/]+:v?\\d+(\\.\\d+)+"))
                    .as(name)
                    .isTrue();
        }
        assertThat(RepositoryFiles.read("Dockerfile").lines().filter(line -> line.matches("ARG \\w+_IMAGE=.*")))
                .hasSize(2)
                .allMatch(line -> line.matches("ARG \\w+=[a-z-]+:\\d+\\.\\d+\\.\\d+\\S+"));
    }

    @Test
    void portsOfTheComposeFileAreOpenToThisMachineOnly() {
        for (String name : SERVICES.keySet()) {
            JsonElement ports = SERVICES.getAsJsonObject(name).get("ports");
            if (ports != null) {
                assertThat(ports.getAsJsonArray())
                        .allMatch(port -> port.getAsString().startsWith("127.0.0.1:"));
            }
        }
    }

    @Test
    void redisOfTheComposeFileKeepsOrders() {
        assertThat(text(SERVICES, "redis", "command", "2"))
                .contains("--appendonly yes")
                .contains("--appendfsync everysec")
                .contains("--maxmemory-policy noeviction");
    }

    @Test
    void imagesHaveThePortsAndTheCommandsOfTheArchives() {
        String dockerfile = RepositoryFiles.read("Dockerfile");

        assertThat(dockerfile)
                .contains("EXPOSE " + builtInText(new ServerMain(), "--grpc-port") + " "
                        + AdminSettings.USUAL_SERVER_PORT)
                .contains("EXPOSE " + AdminSettings.USUAL_WORKER_PORT)
                .contains("SECKILL_ADMIN_PORT:-" + AdminSettings.USUAL_SERVER_PORT + "}")
                .contains("SECKILL_ADMIN_PORT:-" + AdminSettings.USUAL_WORKER_PORT + "}")
                .contains("USER 10001:10001");
        for (String module : List.of("server", "worker", "cli")) {
            String pom = RepositoryFiles.read("distribution/" + module + "/pom.xml");
            String archive = "seckill-" + module;
            String command = module.equals("cli") ? "seckill" : archive;
            assertThat(pom).contains("<seckill.archive>" + archive + "</seckill.archive>");
            assertThat(dockerfile)
                    .contains("FROM base AS " + module)
                    .contains("ENTRYPOINT [\"/opt/" + archive + "/bin/" + command + "\"]");
        }
    }

    @Test
    void prometheusOfTheComposeFileScrapesTheJobsOfTheRules() {
        String scraped = RepositoryFiles.read("ops/compose/prometheus.yml");
        for (String job : List.of("seckill-server", "seckill-worker")) {
            assertThat(scraped).contains("job_name: " + job);
            assertThat(RepositoryFiles.read("ops/prometheus/rules.yml")).contains("absent(up{job=\"" + job + "\"})");
        }
    }

    private static Duration builtIn(Object command, String option) {
        return duration(builtInText(command, option));
    }

    private static String builtInText(Object command, String option) {
        return new CommandLine(command).getCommandSpec().findOption(option).defaultValue();
    }

    private static Duration duration(String text) {
        return new DurationConverter().convert(text);
    }
}
