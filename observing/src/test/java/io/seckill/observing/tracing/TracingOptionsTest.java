package io.seckill.observing.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.settings.Faults;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class TracingOptionsTest {
    private final TracingOptions options = new TracingOptions();

    @Test
    void nothingIsTracedUnlessThereIsACollector() {
        assertThat(faults()).isEmpty();
        assertThat(options.toSettings()).isEqualTo(TracingSettings.off());
        try (Tracing tracing = Tracing.open(options.toSettings(), "test")) {
            assertThat(tracing.isOn()).isFalse();
        }
    }

    @Test
    void valuesAreReadAsOpenTelemetryHasThem() {
        assertThat(faults(
                        "--otlp-endpoint=http://collector:4318",
                        "--otlp-headers=authorization=Bearer%20a+b%3D, x-tenant=1",
                        "--trace-resource=deployment.environment.name=a%2Cb"))
                .isEmpty();
        TracingSettings settings = options.toSettings();
        assertThat(settings.endpoint()).contains(URI.create("http://collector:4318"));
        assertThat(settings.headers()).isEqualTo(Map.of("authorization", "Bearer a+b=", "x-tenant", "1"));
        assertThat(settings.resource()).isEqualTo(Map.of("deployment.environment.name", "a,b"));
        assertThat(settings.toString()).doesNotContain("Bearer");
    }

    @Test
    void everyFaultIsNamedAndNoSecretShown() {
        assertThat(faults(
                        "--otlp-endpoint=grpc://collector",
                        "--otlp-headers=secret",
                        "--trace-ratio=NaN",
                        "--trace-limit=0",
                        "--trace-resource=a=%zz"))
                .containsExactly(
                        "otlp-endpoint: grpc://collector (expected: an http or https URL, such as http://127.0.0.1:4318)",
                        "otlp-headers: not shown, it may be secret (expected: NAME=VALUE,NAME=VALUE, values percent-encoded)",
                        "trace-ratio: NaN (expected: 0..1)",
                        "trace-limit: 0 (expected: 1..10000)",
                        "trace-resource: a=%zz (expected: NAME=VALUE,NAME=VALUE, values percent-encoded)");
    }

    private java.util.List<String> faults(String... flags) {
        CommandLine.populateCommand(options, flags);
        Faults faults = new Faults();
        options.validate(faults);
        return faults.lines();
    }
}
