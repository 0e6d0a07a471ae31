package io.seckill.trial;

import static io.seckill.trial.RepositoryFiles.at;
import static io.seckill.trial.RepositoryFiles.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.seckill.observing.AdminSettings;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesTest {
    private static final int SECONDS_TO_SPARE = 10;

    @Test
    void everyObjectIsOneOfTheApi() {
        assertThat(Manifests.all()).hasSizeGreaterThan(10).allSatisfy(Manifests::check);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {maxUnavailabel: 1}}",
                "{apiVersion: v1, kind: Service, spec: {ports: [{name: grpc}]}}",
                "{apiVersion: apps/v1, kind: Deployment, spec: {selector: {}, template: {spec: {containers: "
                        + "[{name: x, livenessProbe: {htpGet: {port: 1}}}]}}}}"
            })
    void whatTheApiDoesNotKnowIsFound(String wrong) {
        assertThatThrownBy(() -> Manifests.check(RepositoryFiles.parse(wrong).get(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("field");
    }

    @ParameterizedTest
    @CsvSource({
        "seckill-server, /readyz, /healthz, " + AdminSettings.USUAL_SERVER_PORT,
        "seckill-worker, /readyz, /healthz, " + AdminSettings.USUAL_WORKER_PORT
    })
    void probesAskTheAdminPort(String name, String readiness, String liveness, int port) {
        JsonObject container = Manifests.container(Manifests.one("Deployment", name));
        JsonElement admin = container.getAsJsonArray("ports").asList().stream()
                .filter(each -> text(each, "name").equals("admin"))
                .findFirst()
                .orElseThrow();

        assertThat(at(admin, "containerPort").getAsInt()).isEqualTo(port);
        assertThat(Manifests.variables(container))
                .containsEntry("SECKILL_ADMIN_PORT", Integer.toString(port))
                .containsEntry("SECKILL_ADMIN_HOST", "0.0.0.0");
        assertThat(text(container, "startupProbe", "httpGet", "path")).isEqualTo(readiness);
        assertThat(text(container, "readinessProbe", "httpGet", "path")).isEqualTo(readiness);
        assertThat(text(container, "livenessProbe", "httpGet", "path")).isEqualTo(liveness);
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(text(container, probe, "httpGet", "port")).isEqualTo("admin");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"seckill-server", "seckill-worker"})
    void podsHaveTheTimeThatDrainingTakes(String name) {
        JsonObject deployment = Manifests.one("Deployment", name);
        JsonObject container = Manifests.container(deployment);
        Map<String, String> variables = Manifests.variables(container);
        long before = container.has("lifecycle")
                ? at(container, "lifecycle", "preStop", "sleep", "seconds").getAsLong()
                : 0;
        long drain = before
                + seconds(variables.getOrDefault("SECKILL_DRAIN_WAIT", "0s"))
                + seconds(String.valueOf(variables.get("SECKILL_DRAIN_TIMEOUT")));

        assertThat(at(Manifests.pod(deployment), "spec", "terminationGracePeriodSeconds")
                        .getAsLong())
                .isGreaterThanOrEqualTo(drain + SECONDS_TO_SPARE);
    }

    @Test
    void podsHaveNoRights() {
        assertThat(Manifests.of("Deployment", "Job")).hasSize(3).allSatisfy(object -> {
            JsonElement spec = at(Manifests.pod(object), "spec");
            JsonElement security = at(Manifests.container(object), "securityContext");
            assertThat(at(spec, "securityContext", "runAsNonRoot").getAsBoolean())
                    .isTrue();
            assertThat(text(spec, "securityContext", "seccompProfile", "type")).isEqualTo("RuntimeDefault");
            assertThat(at(spec, "automountServiceAccountToken").getAsBoolean()).isFalse();
            assertThat(at(spec, "enableServiceLinks").getAsBoolean()).isFalse();
            assertThat(at(security, "readOnlyRootFilesystem").getAsBoolean()).isTrue();
            assertThat(at(security, "allowPrivilegeEscalation").getAsBoolean()).isFalse();
            assertThat(text(security, "capabilities", "drop", "0")).isEqualTo("ALL");
            assertThat(at(Manifests.container(object), "resources", "limits", "memory"))
                    .isNotNull();
        });
    }

    @Test
    void mountsHaveVolumesAndFilesHaveMounts() {
        assertThat(Manifests.of("Deployment", "Job")).allSatisfy(object -> {
            JsonObject container = Manifests.container(object);
            Set<String> volumes = new HashSet<>();
            at(Manifests.pod(object), "spec", "volumes")
                    .getAsJsonArray()
                    .forEach(volume -> volumes.add(text(volume, "name")));
            Set<String> paths = new HashSet<>();
            for (JsonElement mount : container.getAsJsonArray("volumeMounts")) {
                assertThat(volumes).contains(text(mount, "name"));
                paths.add(text(mount, "mountPath"));
            }
            assertThat(paths).contains("/tmp");
            Manifests.variables(container).values().stream()
                    .filter(value -> value.startsWith("/"))
                    .forEach(file -> assertThat(paths).contains(file.replaceFirst("/[^/]*$", "")));
        });
    }

    @Test
    void selectorsFindTheirPods() {
        List<JsonObject> selecting = Manifests.of("Deployment", "PodDisruptionBudget", "Service", "NetworkPolicy");
        assertThat(selecting).hasSizeGreaterThan(6).allSatisfy(object -> {
            JsonObject spec = object.getAsJsonObject("spec");
            JsonObject selector = spec.getAsJsonObject(spec.has("podSelector") ? "podSelector" : "selector");
            JsonObject wanted = selector.has("matchLabels") ? selector.getAsJsonObject("matchLabels") : selector;
            assertThat(Manifests.of("Deployment"))
                    .anySatisfy(deployment -> assertThat(at(Manifests.pod(deployment), "metadata", "labels")
                                    .getAsJsonObject()
                                    .entrySet())
                            .containsAll(wanted.entrySet()));
        });
    }

    @Test
    void workersAreScaledByTheMetricThatTheAdapterMakes() {
        JsonElement scaler = at(Manifests.one("HorizontalPodAutoscaler", "seckill-worker"), "spec");
        JsonElement adapter = RepositoryFiles.yaml("ops/kubernetes/monitoring/prometheus-adapter-values.yaml")
                .get(0);
        JsonElement keda = at(
                RepositoryFiles.yaml("ops/kubernetes/keda/scaled-object.yaml").get(0), "spec");

        assertThat(Manifests.one("Deployment", text(scaler, "scaleTargetRef", "name")))
                .isNotNull();
        assertThat(text(scaler, "metrics", "0", "external", "metric", "name"))
                .isEqualTo(text(adapter, "rules", "external", "0", "name", "as"));
        assertThat(text(keda, "scaleTargetRef", "name")).isEqualTo(text(scaler, "scaleTargetRef", "name"));
        assertThat(at(keda, "minReplicaCount")).isEqualTo(at(scaler, "minReplicas"));
        assertThat(at(keda, "maxReplicaCount")).isEqualTo(at(scaler, "maxReplicas"));
        assertThat(text(keda, "triggers", "0", "metadata", "threshold"))
                .isEqualTo(text(scaler, "metrics", "0", "external", "target", "averageValue"));
    }

    @Test
    void kustomizationsNameFilesThatAreThere() {
        List<String> files = RepositoryFiles.yamlBelow(Manifests.FOLDER).stream()
                .filter(file -> file.endsWith("kustomization.yaml"))
                .toList();
        assertThat(files).hasSize(4).allSatisfy(file -> {
            String folder = file.replaceFirst("[^/]*$", "");
            for (JsonElement resource :
                    at(RepositoryFiles.yaml(file).get(0), "resources").getAsJsonArray()) {
                assertThat(RepositoryFiles.exists(folder + resource.getAsString()))
                        .isTrue();
            }
        });
    }

    private static long seconds(String text) {
        return Long.parseLong(text.replaceFirst("s$", ""));
    }
}
