package io.seckill.cli.client;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.seckill.settings.StartFailure;
import java.util.Optional;

/**
 * How calls say who makes them, and over what.
 *
 * @param token sent with every call
 */
public record CallerCredentials(ChannelCredentials tls, Optional<String> token) {
    static final CallerCredentials NONE = of(Optional.empty());

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    /** A token, if any, shown to a server without TLS. */
    public static CallerCredentials of(Optional<String> token) {
        return new CallerCredentials(InsecureChannelCredentials.create(), token);
    }

    /** A channel to a server; it connects at the first call. */
    ManagedChannel channel(String server) {
        try {
            NettyChannelBuilder channel = NettyChannelBuilder.forTarget(server, tls);
            token.ifPresent(some -> {
                Metadata headers = new Metadata();
                headers.put(AUTHORIZATION, "Bearer " + some);
                channel.intercept(MetadataUtils.newAttachHeadersInterceptor(headers));
            });
            return channel.build();
        } catch (IllegalArgumentException e) {
            throw new StartFailure(
                    "TLS cannot be set up; --ca, --client-certificate and --client-key have to be PEM, the key PKCS #8",
                    e);
        }
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "CallerCredentials[" + tls.getClass().getSimpleName() + (token.isPresent() ? ", with a token]" : "]");
    }
}
