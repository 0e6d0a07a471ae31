package io.seckill.cli.stores;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate that vouches for itself, made by the JDK's keytool, with its key: both in PEM files.
 *
 * @param host such as {@code ip:127.0.0.1} or {@code dns:elsewhere.example}
 */
record StoreCertificate(String host, Path certificate, Path key, KeyStore store) {
    private static final char[] PASSWORD = "password".toCharArray();
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    static StoreCertificate of(Path dir, String host) {
        try {
            Path own = Files.createTempDirectory(dir, "certificate");
            Path file = own.resolve("store.p12");
            keytool("-genkeypair -alias it -keyalg EC -validity 2 -storetype PKCS12 -dname CN="
                    + host.substring(host.indexOf(':') + 1) + " -ext san=" + host + " -storepass "
                    + new String(PASSWORD) + " -keystore " + file);
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            Path certificate = own.resolve("certificate.pem");
            Path key = own.resolve("key.pem");
            Files.writeString(
                    certificate, pem("CERTIFICATE", store.getCertificate("it").getEncoded()));
            Files.writeString(
                    key, pem("PRIVATE KEY", store.getKey("it", PASSWORD).getEncoded()));
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new StoreCertificate(host, certificate, key, store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void keytool(String words) throws IOException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(List.of((keytool + " -J-XX:TieredStopAtLevel=1 " + words).split(" ", -1)))
                .inheritIO()
                .start();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError("keytool made no certificate");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n" + BASE64.encodeToString(content) + "\n-----END " + type + "-----\n";
    }

    /** A server with this certificate, which trusts clients with another one. */
    SSLContext serverThatTrusts(StoreCertificate clients) {
        try {
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(store, PASSWORD);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, PASSWORD);
            trusted.setCertificateEntry("clients", clients.store.getCertificate("it"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "StoreCertificate[" + host + "]";
    }
}
