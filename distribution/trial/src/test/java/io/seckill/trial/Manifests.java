package io.seckill.trial;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The objects in {@code ops/kubernetes}. */
final class Manifests {
    static final String FOLDER = "ops/kubernetes";

    /** Those whose kinds are not of Kubernetes itself. */
    private static final Set<String> OTHER_GROUPS =
            Set.of("kustomize.config.k8s.io/v1beta1", "monitoring.coreos.com/v1", "keda.sh/v1alpha1");

    private static final List<JsonObject> OBJECTS = RepositoryFiles.yamlBelow(FOLDER).stream()
            .flatMap(file -> RepositoryFiles.yaml(file).stream())
            .filter(object -> object.has("kind"))
            .filter(object -> !OTHER_GROUPS.contains(RepositoryFiles.text(object, "apiVersion")))
            .toList();

    private Manifests() {}

    /** The objects of Kubernetes itself. */
    static List<JsonObject> all() {
        return OBJECTS;
    }

    static JsonObject one(String kind, String name) {
        return OBJECTS.stream()
                .filter(object -> RepositoryFiles.text(object, "kind").equals(kind)
                        && RepositoryFiles.text(object, "metadata", "name").equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + kind + " " + name));
    }

    static List<JsonObject> of(String... kinds) {
        return OBJECTS.stream()
                .filter(object -> List.of(kinds).contains(RepositoryFiles.text(object, "kind")))
                .toList();
    }

    /** What the pods of a Deployment or Job are made after. */
    static JsonObject pod(JsonObject object) {
        return RepositoryFiles.at(object, "spec", "template").getAsJsonObject();
    }

    static JsonObject container(JsonObject object) {
        return RepositoryFiles.at(pod(object), "spec", "containers", "0").getAsJsonObject();
    }

    /** The variables of a container, those of ConfigMaps included. */
    static Map<String, String> variables(JsonObject container) {
        Map<String, String> variables = new TreeMap<>();
        if (container.has("envFrom")) {
            for (JsonElement from : container.getAsJsonArray("envFrom")) {
                one("ConfigMap", RepositoryFiles.text(from, "configMapRef", "name"))
                        .getAsJsonObject("data")
                        .entrySet()
                        .forEach(each ->
                                variables.put(each.getKey(), each.getValue().getAsString()));
            }
        }
        if (container.has("env")) {
            for (JsonElement each : container.getAsJsonArray("env")) {
                variables.put(RepositoryFiles.text(each, "name"), RepositoryFiles.text(each, "value"));
            }
        }
        return variables;
    }

    /**
     * Lets the official model of the API check an object: fields that it does not know, and fields that are missing.
     *
     * @throws IllegalArgumentException that names the field
     */
    static void check(JsonObject object) {
        String version = RepositoryFiles.text(object, "apiVersion").replaceFirst(".*/", "");
        String model = "io.kubernetes.client.openapi.models." + version.replace('v', 'V')
                + RepositoryFiles.text(object, "kind");
        try {
            Class.forName(model)
                    .getMethod("validateJsonElement", JsonElement.class)
                    .invoke(null, object);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(model, e);
        }
    }
}
