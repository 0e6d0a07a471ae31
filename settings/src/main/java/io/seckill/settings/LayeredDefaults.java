package io.seckill.settings;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Finds the value of an option that was not given as a flag: {@code --grpc-port} is {@code SECKILL_GRPC_PORT} in the
 * environment, else {@code grpc-port} in the settings file, else a variable that others know it by, else the option's own
 * default.
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
        String fromEnvironment = environment.get(environmentName(key));
        if (fromEnvironment != null) {
            return fromEnvironment;
        }
        String fromFile = file.getProperty(key);
        return fromFile != null || !KNOWN_ELSEWHERE.containsKey(key)
                ? fromFile
                : environment.get(KNOWN_ELSEWHERE.get(key));
    }

    /** From now on this key has its built-in default; false if that was so before. */
    boolean ignore(String key) {
        return ignored.add(key);
    }

    static String key(OptionSpec option) {
        return option.longestName().replaceFirst("^-+", "");
    }

    static String environmentName(String key) {
        return "SECKILL_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
