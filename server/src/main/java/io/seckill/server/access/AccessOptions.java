package io.seckill.server.access;

import io.seckill.settings.Faults;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The flags that say who may call a server. */
public final class AccessOptions {
    /** All but "none". Those that begin with HS share one secret with the issuer, so they have to be asked for. */
    private static final List<String> KNOWN_ALGORITHMS = List.of(
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512");

    private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

    @Option(
            names = "--jwt-jwks",
            defaultValue = "",
            paramLabel = "FILE|URL",
            description = "The keys (JWKS) that bearer tokens are signed with; calls then need a token. A file is read "
                    + "again when it changes, a URL every five minutes and when a token names a key that is not there.")
    private String keys = "";

    @Option(names = "--jwt-issuer", defaultValue = "", paramLabel = "TEXT", description = "What iss must be.")
    private String issuer = "";

    @Option(
            names = "--jwt-audience",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "What aud must be, or have in it.")
    private String audience = "";

    @Option(
            names = "--jwt-algorithms",
            defaultValue = "RS256,ES256",
            paramLabel = "LIST",
            description = "The only algorithms that tokens may be signed with. Default: ${DEFAULT-VALUE}")
    private String algorithms = "";

    @Option(
            names = "--jwt-roles-claim",
            defaultValue = "roles",
            paramLabel = "NAME",
            description = "The claim with the roles: buyer, bff, operator, admin. Default: ${DEFAULT-VALUE}")
    private String rolesClaim = "";

    @Option(
            names = "--tls-certificate",
            defaultValue = "",
            paramLabel = "FILE",
            description = "PEM, with those that lead to its root. Calls are then taken over TLS only. Read again when "
                    + "one of the three files changes.")
    private String certificate = "";

    @Option(names = "--tls-key", defaultValue = "", paramLabel = "FILE", description = "PEM, PKCS #8.")
    private String key = "";

    @Option(
            names = "--tls-client-ca",
            defaultValue = "",
            paramLabel = "FILE",
            description =
                    "PEM. Clients may then show a certificate of these in place of a token; OU is its role, CN its "
                            + "subject.")
    private String clientCa = "";

    @Option(
            names = "--insecure-without-authentication",
            description = "Serve whoever reaches --grpc-host, although that is more than this machine.")
    private boolean openToAll;

    /** Adds a fault for each option that is out of its bounds or does not go with the others. */
    public void validate(String host, Faults faults) {
        if (keys.isEmpty()) {
            checkAbsent("jwt-issuer", issuer, "--jwt-jwks", faults);
            checkAbsent("jwt-audience", audience, "--jwt-jwks", faults);
        } else {
            validateTokens(faults);
        }
        if (certificate.isEmpty()) {
            checkAbsent("tls-key", key, "--tls-certificate", faults);
            checkAbsent("tls-client-ca", clientCa, "--tls-certificate", faults);
        } else {
            checkFile("tls-certificate", certificate, faults);
            checkFile("tls-key", key, faults);
            if (!clientCa.isEmpty()) {
                checkFile("tls-client-ca", clientCa, faults);
            }
        }
        if (openToAll && (!keys.isEmpty() || !clientCa.isEmpty())) {
            faults.add("insecure-without-authentication", "given", "only without --jwt-jwks and --tls-client-ca");
        }
        if (keys.isEmpty() && clientCa.isEmpty() && !host.isBlank()) {
            new AccessSettings(Optional.empty(), Optional.empty(), openToAll)
                    .whyNotOn(host)
                    .ifPresent(faults::add);
        }
    }

    private void validateTokens(Faults faults) {
        KeyLocation.fault(keys).ifPresent(fault -> faults.add("jwt-jwks", fault.shown(), fault.expected()));
        if (issuer.isBlank()) {
            faults.add("jwt-issuer", "''", "what iss must be, with --jwt-jwks");
        }
        if (audience.isBlank()) {
            faults.add("jwt-audience", "''", "what aud must have in it, with --jwt-jwks");
        }
        if (!KNOWN_ALGORITHMS.containsAll(algorithmList())) {
            faults.add("jwt-algorithms", algorithms, "some of " + String.join(",", KNOWN_ALGORITHMS));
        }
        if (rolesClaim.isBlank()) {
            faults.add("jwt-roles-claim", "''", "the name of a claim");
        }
    }

    private static void checkAbsent(String name, String value, String without, Faults faults) {
        if (!value.isEmpty()) {
            faults.add(name, value, "nothing without " + without);
        }
    }

    private static void checkFile(String name, String value, Faults faults) {
        if (value.isEmpty() || !isReadable(value)) {
            faults.add(name, "'" + value + "'", "a file that can be read");
        }
    }

    static boolean isReadable(String file) {
        try {
            Path path = Path.of(file);
            return Files.isRegularFile(path) && Files.isReadable(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private List<String> algorithmList() {
        return COMMA.splitAsStream(algorithms.trim()).toList();
    }

    /** The settings; call {@link #validate} first. */
    public AccessSettings toSettings() {
        Optional<TokenSettings> tokens = keys.isEmpty()
                ? Optional.empty()
                : Optional.of(new TokenSettings(keys, issuer, audience, algorithmList(), rolesClaim));
        Optional<TlsSettings> tls = certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new TlsSettings(
                        Path.of(certificate),
                        Path.of(key),
                        Stream.of(clientCa)
                                .filter(file -> !file.isEmpty())
                                .map(Path::of)
                                .findFirst()));
        return new AccessSettings(tokens, tls, openToAll);
    }
}
