package io.seckill.observing.tracing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code NAME=VALUE,NAME=VALUE}, as OpenTelemetry's own variables have it, with values percent-encoded. */
final class NamedValues {
    private NamedValues() {}

    /** The values by name, or nothing if the text is no such list. */
    static Optional<Map<String, String>> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            int equals = part.indexOf('=');
            String name = equals < 0 ? "" : part.substring(0, equals).trim();
            if (name.isEmpty()) {
                return Optional.empty();
            }
            try {
                // A plus sign is no space here.
                String encoded = part.substring(equals + 1).trim().replace("+", "%2B");
                values.put(name, URLDecoder.decode(encoded, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
