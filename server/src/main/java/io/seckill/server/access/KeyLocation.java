package io.seckill.server.access;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says what is wrong with the place that keys are to come from. */
final class KeyLocation {
    private static final Pattern URL = Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]+://.*");
    private static final String EXPECTED =
            "a file that can be read, or https://HOST[:PORT]/PATH; http only for an address of this machine";

    private KeyLocation() {}

    /**
     * What is wrong.
     *
     * @param shown the value, without what may be a password
     */
    record Fault(String shown, String expected) {}

    static Optional<Fault> fault(String location) {
        if (!URL.matcher(location).matches()) {
            return AccessOptions.isReadable(location)
                    ? Optional.empty()
                    : Optional.of(new Fault("'" + location + "'", EXPECTED));
        }
        try {
            URI url = URI.create(location);
            if (url.getRawUserInfo() != null) {
                return Optional.of(new Fault("a URL with a user", EXPECTED));
            }
            // Whoever can answer in the place of the issuer can sign tokens, so the way there must be safe too.
            boolean good = url.getHost() != null
                    && (url.getScheme().equalsIgnoreCase("https")
                            || (url.getScheme().equalsIgnoreCase("http") && AccessSettings.isLoopback(url.getHost())));
            return good ? Optional.empty() : Optional.of(new Fault(location, EXPECTED));
        } catch (IllegalArgumentException e) {
            return Optional.of(new Fault("a malformed URL", EXPECTED));
        }
    }
}
