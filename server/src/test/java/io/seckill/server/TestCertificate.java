package io.seckill.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate that vouches for itself, made by the JDK's keytool, with its key: both as PEM. */
record TestCertificate(String certificate, String key) {
    private static final String PASSWORD = "password";
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /** One for 127.0.0.1 and for clients. */
    static TestCertificate of(Path directory, String subject) {
        try {
            Path store = Files.createTempDirectory(directory, "keytool").resolve("store.p12");
            run(store, subject);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, PASSWORD.toCharArray());
            }
            return new TestCertificate(
                    pem("CERTIFICATE", keys.getCertificate("it").getEncoded()),
                    pem("PRIVATE KEY", keys.getKey("it", PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(Path store, String subject) throws IOException {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process process = new ProcessBuilder(List.of((keytool
                                + " -J-XX:TieredStopAtLevel=1 -genkeypair -alias it -keyalg EC -validity 2 -storetype PKCS12"
                                + " -ext san=ip:127.0.0.1 -storepass " + PASSWORD + " -keystore " + store
                                + " -dname " + subject)
                        .split(" ", -1)))
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

    /** Trusts this certificate and no other. */
    SSLContext trust() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "it", CertificateFactory.getInstance("X.509").generateCertificate(certificateStream()));
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InputStream certificateStream() {
        return stream(certificate);
    }

    InputStream keyStream() {
        return stream(key);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "TestCertificate[" + certificate.length() + " characters]";
    }
}
