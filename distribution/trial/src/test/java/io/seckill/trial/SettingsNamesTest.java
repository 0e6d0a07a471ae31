package io.seckill.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.seckill.cli.SeckillMain;
import io.seckill.server.ServerMain;
import io.seckill.worker.WorkerMain;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What files for operators set are options of the commands that they set it for, with values that are taken. */
class SettingsNamesTest {
    private static final int USAGE = 2;
    private static final String PREFIX = "SECKILL_";

    /** Secrets that may be in a file, which a variable with this at its end names. */
    private static final String IN_A_FILE = "-file";

    private static final Set<String> SECRETS = Set.of("jdbc-password", "redis-password");

    private static final Pattern UNIT_VARIABLE = Pattern.compile("(?m)^Environment=(\\w+)=(.*)$");
    private static final Pattern SETTING = Pattern.compile("(?m)^#([a-z-]+)=(.*)$");

    @TempDir
    private Path dir;

    @ParameterizedTest
    @CsvSource({"server, seckill-server.service", "worker, seckill-worker@.service"})
    void unitsSetOptions(String command, String unit) throws IOException {
        Map<String, String> variables = new TreeMap<>();
        UNIT_VARIABLE
                .matcher(RepositoryFiles.read("ops/systemd/" + unit))
                .results()
                .forEach(found -> variables.put(
                        found.group(1), found.group(2).replace("%d", "/run").replace("%i", "9465")));
        assertTaken(command, variables);
    }

    @ParameterizedTest
    @CsvSource({
        "server, Deployment, seckill-server",
        "worker, Deployment, seckill-worker",
        "migrate, Job, seckill-migrate"
    })
    void manifestsSetOptions(String command, String kind, String name) throws IOException {
        assertTaken(command, Manifests.variables(Manifests.container(Manifests.one(kind, name))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "worker", "migrate"})
    void composeFileSetsOptions(String service) throws IOException {
        Map<String, String> variables = new TreeMap<>();
        JsonObject environment = RepositoryFiles.at(
                        RepositoryFiles.yaml("ops/compose/compose.yaml").get(0), "services", service, "environment")
                .getAsJsonObject();
        environment
                .entrySet()
                .forEach(each -> variables.put(each.getKey(), each.getValue().getAsString()));
        assertTaken(service, variables);
    }

    @ParameterizedTest
    @CsvSource({
        "server, server/src/conf/seckill-server",
        "worker, worker/src/conf/seckill-worker",
        "migrate, cli/src/conf/seckill"
    })
    void examplesSetOptions(String command, String file) throws IOException {
        Map<String, String> variables = new TreeMap<>();
        examples(file).forEach((key, value) -> variables.put(variable(key), value));
        assertTaken(command, variables);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "worker"})
    void examplesShowTheDefaults(String command) {
        CommandLine part = new CommandLine(command.equals("server") ? new ServerMain() : new WorkerMain());
        examples(command + "/src/conf/seckill-" + command).forEach((key, value) -> {
            OptionSpec option = part.getCommandSpec().findOption("--" + key);
            String builtIn = option.defaultValue();
            if (builtIn != null && !builtIn.isEmpty()) {
                assertThat(value).as(key).isEqualTo(builtIn);
            }
        });
    }

    @Test
    void whatIsNoOptionIsFound() throws IOException {
        assertThat(faults("worker", Map.of("SECKILL_GRPC_PORT", "1")).lines())
                .anyMatch(line -> line.contains("settings file: grpc-port (expected: one of the options"));
    }

    private static Map<String, String> examples(String file) {
        Map<String, String> settings = new TreeMap<>();
        SETTING.matcher(RepositoryFiles.read("distribution/" + file + ".properties"))
                .results()
                .forEach(found -> settings.put(found.group(1), found.group(2)));
        return settings;
    }

    /** Nothing is wrong with them but what was put in to keep the command from starting, and files of other machines. */
    private void assertTaken(String command, Map<String, String> variables) throws IOException {
        assertThat(variables).isNotEmpty();
        assertThat(faults(command, variables).lines())
                .isNotEmpty()
                .allMatch(line -> line.contains("jdbc-pool-size: 0 ") || line.contains("'/"));
    }

    /** What a command finds wrong with these settings and a size that is none. */
    private String faults(String command, Map<String, String> variables) throws IOException {
        StringBuilder settings = new StringBuilder();
        variables.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                String key =
                        name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
                String secret = key.endsWith(IN_A_FILE) ? key.substring(0, key.length() - IN_A_FILE.length()) : key;
                String option = SECRETS.contains(secret) ? secret : key;
                settings.append(option).append('=').append(value).append('\n');
            }
        });
        Path file = Files.writeString(dir.resolve("settings"), settings);
        StringWriter err = new StringWriter();
        int exit = SeckillMain.runner(Map.of())
                .run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        command,
                        "--settings",
                        file.toString(),
                        "--jdbc-pool-size=0");
        assertThat(exit).isEqualTo(USAGE);
        return err.toString().lines().filter(line -> line.startsWith("  ")).collect(Collectors.joining("\n"));
    }

    private static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
