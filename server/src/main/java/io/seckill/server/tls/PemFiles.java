package io.seckill.server.tls;

import io.grpc.util.CertificateUtils;
import io.seckill.server.access.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * What the files held at one moment, read and found to belong together.
 *
 * @param clientCa empty if clients show no certificates
 */
record PemFiles(List<X509Certificate> certificates, PrivateKey key, List<X509Certificate> clientCa) {
    private static final byte[] PROBE = {1, 2, 3};

    /** Their contents as they are now; not read as PEM yet. */
    static List<byte[]> contents(TlsSettings settings) throws IOException {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : settings.files()) {
            contents.add(Files.readAllBytes(file));
        }
        return contents;
    }

    /** Tells contents from others, without keeping them. */
    static byte[] fingerprint(List<byte[]> contents) throws GeneralSecurityException {
        MessageDigest all = MessageDigest.getInstance("SHA-256");
        for (byte[] content : contents) {
            all.update(MessageDigest.getInstance("SHA-256").digest(content));
        }
        return all.digest();
    }

    /** Reads contents as {@link #contents} returned them. */
    static PemFiles parse(List<byte[]> contents) throws IOException, GeneralSecurityException {
        List<X509Certificate> certificates = certificates("--tls-certificate", contents.get(0));
        PrivateKey key = key(contents.get(1));
        // The files are written one after the other, so a look may come between them.
        if (!belongTogether(key, certificates.get(0))) {
            throw new GeneralSecurityException("--tls-key is not the key of --tls-certificate");
        }
        List<X509Certificate> clientCa =
                contents.size() > 2 ? certificates("--tls-client-ca", contents.get(2)) : List.of();
        return new PemFiles(certificates, key, clientCa);
    }

    private static List<X509Certificate> certificates(String name, byte[] pem) throws GeneralSecurityException {
        X509Certificate[] certificates = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
        if (certificates.length == 0) {
            throw new GeneralSecurityException(name + " holds no certificate");
        }
        return List.of(certificates);
    }

    /** What the library says of a key that it cannot read may hold part of the key, so it is left out. */
    private static PrivateKey key(byte[] pem) throws GeneralSecurityException {
        PrivateKey key;
        try {
            key = CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            key = null;
        }
        if (key == null) {
            throw new GeneralSecurityException(
                    "--tls-key is no private key of RSA or EC in PKCS #8 (-----BEGIN PRIVATE KEY-----)");
        }
        return key;
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        Signature signature =
                Signature.getInstance(key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(PROBE);
        return signature.verify(signed);
    }
}
