package io.seckill.stock;

import io.seckill.settings.Faults;
import io.seckill.settings.Secret;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags that say as whom to connect to Redis, and how the way there is kept secret. */
public final class RedisAccessOptions {
    @Option(
            names = "--redis-user",
            defaultValue = "",
            paramLabel = "NAME",
            description = "The user to connect as, if the URL names none. Default: the default user of Redis")
    private String user = "";

    @Secret
    @Option(
            names = "--redis-password",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "Its password, if the URL has none; better given as SECKILL_REDIS_PASSWORD, or as "
                    + "SECKILL_REDIS_PASSWORD_FILE, which names a file that holds it.")
    private String password = "";

    @Option(
            names = "--redis-sentinel-user",
            defaultValue = "",
            paramLabel = "NAME",
            description = "The user of the Sentinels themselves. Default: their default user")
    private String sentinelUser = "";

    @Secret
    @Option(
            names = "--redis-sentinel-password",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "What the Sentinels themselves ask for, if anything; better given as "
                    + "SECKILL_REDIS_SENTINEL_PASSWORD or SECKILL_REDIS_SENTINEL_PASSWORD_FILE.")
    private String sentinelPassword = "";

    @Option(
            names = "--redis-ca",
            defaultValue = "",
            paramLabel = "FILE",
            description = "PEM: whom to trust in place of those that Java trusts, with a rediss URL.")
    private String ca = "";

    @Option(
            names = "--redis-certificate",
            defaultValue = "",
            paramLabel = "FILE",
            description = "PEM: the certificate to show to a Redis that asks for one.")
    private String certificate = "";

    @Option(
            names = "--redis-key",
            defaultValue = "",
            paramLabel = "FILE",
            description = "PEM, PKCS #8: the key of that certificate.")
    private String key = "";

    @Option(
            names = "--redis-insecure-any-host-name",
            description =
                    "Accept a trusted certificate of whatever host. Without it the certificate must be of the host "
                            + "in the URL, and in a cluster or behind Sentinels of the hosts that they name.")
    private boolean anyHostName;

    /**
     * Adds a fault for each option that is out of its bounds, or does not go with the others or with the URL. Never shows
     * a password.
     */
    public void validate(String url, Faults faults) {
        if (certificate.isEmpty() != key.isEmpty()) {
            faults.add("--redis-certificate and --redis-key", "one of them given", "both or none");
        }
        PemFiles.check("redis-ca", ca, PemFiles::certificates, faults);
        PemFiles.check("redis-certificate", certificate, PemFiles::certificates, faults);
        PemFiles.check("redis-key", key, PemFiles::key, faults);
        if (!sentinelUser.isEmpty() && sentinelPassword.isEmpty()) {
            faults.add(
                    "redis-sentinel-user",
                    sentinelUser,
                    "a password for it, as SECKILL_REDIS_SENTINEL_PASSWORD or SECKILL_REDIS_SENTINEL_PASSWORD_FILE");
        }
        try {
            validate(RedisTarget.parse(url), faults);
        } catch (IllegalArgumentException e) {
            // The URL has a fault of its own, which is told where it is validated.
        }
    }

    private void validate(RedisTarget target, Faults faults) {
        if (!password.isEmpty() && !target.password().isEmpty()) {
            faults.add("redis-password and redis-url", "both have a password", "one of them");
        }
        if (!user.isEmpty() && !target.user().isEmpty()) {
            faults.add("redis-user and redis-url", "both name a user", "one of them");
        }
        if (!user.isEmpty() && password.isEmpty() && target.password().isEmpty()) {
            faults.add(
                    "redis-user", user, "a password for it, as SECKILL_REDIS_PASSWORD or SECKILL_REDIS_PASSWORD_FILE");
        }
        boolean tls = !ca.isEmpty() || !certificate.isEmpty() || anyHostName;
        if (tls && !target.tls()) {
            faults.add("redis-url", target.address(), "rediss in place of redis, since there are settings for TLS");
        }
    }

    /** As whom and how to connect; call {@link #validate} first. */
    public RedisAccess toAccess() {
        Optional<RedisTls.Pair> pair = certificate.isEmpty()
                ? Optional.empty()
                : Optional.of(new RedisTls.Pair(Path.of(certificate), Path.of(key)));
        return new RedisAccess(
                user,
                password,
                sentinelUser,
                sentinelPassword,
                new RedisTls(Optional.of(ca).filter(file -> !file.isEmpty()).map(Path::of), pair, anyHostName));
    }
}
