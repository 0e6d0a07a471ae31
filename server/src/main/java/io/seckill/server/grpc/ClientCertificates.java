package io.seckill.server.grpc;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.seckill.server.access.Identity;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes once per connection whom the client's certificate names: CN is the subject, each OU the name of a role. */
public final class ClientCertificates extends ServerTransportFilter {
    /** Of a connection whose client showed a certificate that the handshake found good. */
    static final Attributes.Key<Identity> IDENTITY = Attributes.Key.create("seckill-client-certificate");

    private static final Logger log = LoggerFactory.getLogger(ClientCertificates.class);

    @Override
    public Attributes transportReady(Attributes connection) {
        SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return connection;
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate certificate
                    ? connection.toBuilder()
                            .set(IDENTITY, identity(certificate))
                            .build()
                    : connection;
        } catch (SSLPeerUnverifiedException e) {
            return connection; // it showed none, which the handshake allows
        } catch (NamingException e) {
            log.warn("a client's certificate has a subject that cannot be read, and counts as none: {}", e.toString());
            return connection;
        }
    }

    static Identity identity(X509Certificate certificate) throws NamingException {
        String name = certificate.getSubjectX500Principal().getName();
        List<String> units = texts(name, "OU");
        return Identity.named(String.join(",", texts(name, "CN")), units);
    }

    private static List<String> texts(String name, String type) throws NamingException {
        List<String> texts = new ArrayList<>();
        for (Rdn rdn : new LdapName(name).getRdns()) {
            Attribute attribute = rdn.toAttributes().get(type);
            for (int i = 0; attribute != null && i < attribute.size(); i++) {
                if (attribute.get(i) instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }
}
