package io.seckill.stock;

import io.seckill.settings.Faults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** Certificates and keys for connections to Redis, read out of PEM files. */
final class PemFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");

    /** Of a store that is only ever in memory. */
    private static final char[] NO_PASSWORD = {};

    private PemFiles() {}

    /** How a file is read. */
    @FunctionalInterface
    interface Reading {
        Object read(Path file) throws IOException, GeneralSecurityException;
    }

    /** Adds a fault if a file is named and cannot be read as what it should be; never shows what it holds. */
    static void check(String option, String file, Reading reading, Faults faults) {
        if (file.isEmpty()) {
            return;
        }
        try {
            reading.read(Path.of(file));
        } catch (GeneralSecurityException e) {
            faults.add(option, file, String.valueOf(e.getMessage()));
        } catch (InvalidPathException | IOException e) {
            faults.add(option, file, "a file that can be read");
        }
    }

    /** One certificate or more; the message of the exception says what is expected. */
    static List<Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        byte[] pem = Files.readAllBytes(file);
        Collection<? extends Certificate> read;
        try {
            read = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
        } catch (GeneralSecurityException e) {
            read = List.of();
        }
        if (read.isEmpty()) {
            throw new GeneralSecurityException("certificates in PEM (-----BEGIN CERTIFICATE-----)");
        }
        return List.copyOf(read);
    }

    /** A key; the message of the exception says what is expected, and never holds part of the key. */
    static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        if (pem.find()) {
            try {
                PKCS8EncodedKeySpec key =
                        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
                for (String algorithm : KEY_ALGORITHMS) {
                    Optional<PrivateKey> found = key(algorithm, key);
                    if (found.isPresent()) {
                        return found.get();
                    }
                }
            } catch (IllegalArgumentException e) {
                // Not Base64 after all: told below, without what was found.
            }
        }
        throw new GeneralSecurityException(
                "a private key of EC, RSA or Ed25519 in PKCS #8 (-----BEGIN PRIVATE KEY-----)");
    }

    private static Optional<PrivateKey> key(String algorithm, PKCS8EncodedKeySpec key) throws GeneralSecurityException {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(key));
        } catch (InvalidKeySpecException e) {
            return Optional.empty(); // a key of another algorithm
        }
    }

    /** Trusts the certificates in a file, and what they signed. */
    static TrustManagerFactory trust(Path ca) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        for (Certificate certificate : certificates(ca)) {
            store.setCertificateEntry("ca-" + store.size(), certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }

    /** Shows a certificate. */
    static KeyManagerFactory show(RedisTls.Pair pair) throws IOException, GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "own",
                key(pair.key()),
                NO_PASSWORD,
                certificates(pair.certificate()).toArray(Certificate[]::new));
        KeyManagerFactory show = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        show.init(store, NO_PASSWORD);
        return show;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
