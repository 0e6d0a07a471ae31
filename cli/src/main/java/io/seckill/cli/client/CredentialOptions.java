package io.seckill.cli.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The flags that say who calls a server, and how the way there is kept secret. */
public final class CredentialOptions {
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    @Option(
            names = "--token",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "The bearer token to show; better given as SECKILL_TOKEN, where other users do not see it.")
    private String token = "";

    @Option(names = "--token-file", defaultValue = "", paramLabel = "FILE", description = "The file that holds it.")
    private String tokenFile = "";

    @Option(names = "--tls", description = "Call over TLS.")
    private boolean tls;

    @Option(
            names = "--ca",
            defaultValue = "",
            paramLabel = "FILE",
            description = "PEM: whom to trust in place of those that Java trusts. With this, TLS is understood.")
    private String ca = "";

    @Option(
            names = "--client-certificate",
            defaultValue = "",
            paramLabel = "FILE",
            description = "PEM: the certificate to show. With this, TLS is understood.")
    private String certificate = "";

    @Option(names = "--client-key", defaultValue = "", paramLabel = "FILE", description = "PEM, PKCS #8: its key.")
    private String key = "";

    /** Adds a fault for each option that is out of its bounds or does not go with the others. Never shows the token. */
    void validate(Faults faults) {
        if (!token.isEmpty() && !TOKEN.matcher(token).matches()) {
            faults.add("token: has characters that no token has");
        }
        if (!token.isEmpty() && !tokenFile.isEmpty()) {
            faults.add("--token and --token-file", "both given", "one of them");
        }
        if (certificate.isEmpty() != key.isEmpty()) {
            faults.add("--client-certificate and --client-key", "one of them given", "both or none");
        }
        checkFile("token-file", tokenFile, faults);
        checkFile("ca", ca, faults);
        checkFile("client-certificate", certificate, faults);
        checkFile("client-key", key, faults);
    }

    private static void checkFile(String name, String file, Faults faults) {
        if (!file.isEmpty() && !isReadable(file)) {
            faults.add(name, file, "a file that can be read");
        }
    }

    private static boolean isReadable(String file) {
        try {
            return Files.isReadable(Path.of(file)) && !Files.isDirectory(Path.of(file));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** What to call with; call {@link #validate} first. */
    CallerCredentials toCredentials() {
        try {
            return new CallerCredentials(channel(), token());
        } catch (IOException e) {
            throw new StartFailure("credentials cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<String> token() throws IOException {
        if (tokenFile.isEmpty()) {
            return Optional.of(token).filter(text -> !text.isEmpty());
        }
        String read = Files.readString(Path.of(tokenFile)).strip();
        if (!TOKEN.matcher(read).matches()) {
            throw new StartFailure("token-file: " + tokenFile + " (expected: a file with one token and nothing else)");
        }
        return Optional.of(read);
    }

    private ChannelCredentials channel() throws IOException {
        if (!tls && ca.isEmpty() && certificate.isEmpty()) {
            return InsecureChannelCredentials.create();
        }
        TlsChannelCredentials.Builder channel = TlsChannelCredentials.newBuilder();
        if (!ca.isEmpty()) {
            channel.trustManager(Path.of(ca).toFile());
        }
        if (!certificate.isEmpty()) {
            channel.keyManager(Path.of(certificate).toFile(), Path.of(key).toFile());
        }
        return channel.build();
    }
}
