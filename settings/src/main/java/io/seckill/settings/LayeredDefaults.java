package io.seckill.settings;

import java.lang.reflect.AnnotatedElement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Finds the value of an option that was not given as a flag: {@code --grpc-port} is {@code SECKILL_GRPC_PORT} in the
 * environment, else {@code grpc-port} in the settings file, else a variable that others know it by, else the option's own
 * default. In the first two a {@link Secret} may be given as the name of a file instead, under its own name with {@code _FILE} or
 * {@code -file} behind it.
 */
final class LayeredDefaults implements IDefaultValueProvider {
    /** Variables of OpenTelemetry, which all processes of a machine may share. */
    private static final Map<String, String> KNOWN_ELSEWHERE = Map.of(
            "otlp-endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT",
            "otlp-headers", "OTEL_EXPORTER_OTLP_HEADERS",
            "trace-service", "OTEL_SERVICE_NAME",
            "trace-resource", "OTEL_RESOURCE_ATTRIBUTES");

    private final Map<String, String> environment;
    private final Properties file;
    private final Set<String> ignored = new HashSet<>();
    private final Map<String, String> faults = new TreeMap<>();

    LayeredDefaults(Map<String, String> environment, Properties file) {
        this.environment = environment;
        this.file = file;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String key = key(option);
        if (ignored.contains(key)) {
            return null;
        }
        boolean secret = isSecret(option);
        String fromEnvironment = value(key, environmentName(key), secret ? "_FILE" : "", environment::get);
        if (fromEnvironment != null) {
            return fromEnvironment;
        }
        String fromFile = value(key, key, secret ? "-file" : "", file::getProperty);
        return fromFile != null || !KNOWN_ELSEWHERE.containsKey(key)
                ? fromFile
                : environment.get(KNOWN_ELSEWHERE.get(key));
    }

    /** What one layer has under a name; with a suffix also what the file holds that it has under the name with it. */
    private @Nullable String value(String key, String name, String suffix, UnaryOperator<@Nullable String> layer) {
        String given = layer.apply(name);
        String path = suffix.isEmpty() ? null : layer.apply(name + suffix);
        if (path == null || path.isEmpty()) {
            return given;
        }
        if (given != null && !given.isEmpty()) {
            faults.put(key, name + " and " + name + suffix + ": both given (expected: one of them)");
            return null;
        }
        try {
            return SecretFile.read(path);
        } catch (SecretFile.UnreadableException e) {
            faults.put(
                    key,
                    name + suffix + ": " + path + " (expected: a file with one line of at most " + SecretFile.MAX_BYTES
                            + " bytes; " + e.getMessage() + ")");
            return null;
        }
    }

    /** What was wrong with files of secrets so far, a sentence each; never shows a secret. */
    List<String> faults() {
        return List.copyOf(faults.values());
    }

    private static boolean isSecret(OptionSpec option) {
        return option.userObject() instanceof AnnotatedElement field && field.isAnnotationPresent(Secret.class);
    }

    /** From now on this key has its built-in default; false if that was so before. */
    boolean ignore(String key) {
        return ignored.add(key);
    }

    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    /** The keys that a settings file may have for an option. */
    static List<String> fileKeys(OptionSpec option) {
        return isSecret(option) ? List.of(key(option), key(option) + "-file") : List.of(key(option));
    }

    static String environmentName(String key) {
        return "SECKILL_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
