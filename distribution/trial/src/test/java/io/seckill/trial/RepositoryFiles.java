package io.seckill.trial;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of the source tree that others deploy with. */
final class RepositoryFiles {
    private static final Path ROOT = Path.of("..", "..");

    private RepositoryFiles() {}

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean exists(String path) {
        return Files.exists(ROOT.resolve(path));
    }

    /** The YAML files below a folder, as paths from the root, in order. */
    static List<String> yamlBelow(String folder) {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.map(file -> ROOT.relativize(file).toString())
                    .filter(file -> file.endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a YAML file; a key that is there twice is an error. */
    static List<JsonObject> yaml(String path) {
        return parse(read(path));
    }

    static List<JsonObject> parse(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonObject> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
            documents.add(new Gson().toJsonTree(document).getAsJsonObject());
        }
        return documents;
    }

    /** What is at the end of a path of keys. */
    static JsonElement at(JsonElement from, String... keys) {
        JsonElement found = from;
        for (String key : keys) {
            found = found.isJsonArray()
                    ? found.getAsJsonArray().get(Integer.parseInt(key))
                    : found.getAsJsonObject().get(key);
            if (found == null) {
                throw new IllegalArgumentException(String.join(".", keys) + ": there is no " + key);
            }
        }
        return found;
    }

    static String text(JsonElement from, String... keys) {
        return at(from, keys).getAsString();
    }
}
