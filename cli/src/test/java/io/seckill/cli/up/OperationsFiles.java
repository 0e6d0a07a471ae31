package io.seckill.cli.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files in {@code ops} and the manual that they point to. */
final class OperationsFiles {
    private static final Path ROOT = Path.of("..");
    private static final Pattern METRIC = Pattern.compile("\\b(seckill|jvm|process)_[a-z0-9_]+");

    private OperationsFiles() {}

    static String rules() {
        return read("ops/prometheus/rules.yml");
    }

    static String dashboard() {
        return read("ops/grafana/dashboard.json");
    }

    /** What decides how many workers there are. */
    static String scaling() {
        return read("ops/kubernetes/autoscaling.yaml")
                + read("ops/kubernetes/monitoring/prometheus-adapter-values.yaml")
                + read("ops/kubernetes/keda/scaled-object.yaml");
    }

    static String manual() {
        return read("docs/operations.md");
    }

    /** The metrics that a text names. */
    static Set<String> metrics(String text) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
