package io.seckill.stock;

import io.seckill.settings.StartFailure;
import java.util.Optional;

/** Makes, of what Redisson says when it cannot connect, a sentence that says what to do. */
final class ConnectFailure {
    private ConnectFailure() {}

    static StartFailure of(RedisSettings settings, Throwable failure) {
        // Redisson tells on which channel it heard that, which helps nobody here.
        String reason = RedisFailures.reason(failure).replaceFirst("\\.* channel: .*", "");
        String what = advice(settings, failure).orElse("is not reachable; is it running, and is --redis-url right?");
        return new StartFailure("Redis at " + settings.address() + " " + what + " (" + reason + ")", failure);
    }

    private static Optional<String> advice(RedisSettings settings, Throwable failure) {
        if (says(failure, "WRONGPASS")) {
            return Optional.of("does not know this user with this password; are --redis-user and"
                    + " SECKILL_REDIS_PASSWORD, or the user and password of --redis-url, right?" + sentinels(settings));
        }
        if (says(failure, "NOAUTH")) {
            return Optional.of("asks for a user and a password: give --redis-user and SECKILL_REDIS_PASSWORD"
                    + sentinels(settings));
        }
        if (says(failure, "NOPERM")) {
            return Optional.of(
                    "does not let user '" + settings.user() + "' do what it has to; see ops/redis/users.acl");
        }
        if (!settings.target().tls()) {
            return Optional.empty();
        }
        if (says(failure, "No subject alternative") || says(failure, "No name matching")) {
            return Optional.of(
                    "shows a certificate of another host; name the host in --redis-url as its certificate does,"
                            + " or give it one of this host");
        }
        if (says(failure, "PKIX")) {
            return Optional.of(
                    "shows a certificate that is not trusted; is --redis-ca the file of the CA that signed it?");
        }
        if (says(failure, "certificate_required") || says(failure, "bad_certificate") || says(failure, "unknown_ca")) {
            return Optional.of("wants to see a certificate that it trusts: give --redis-certificate and --redis-key");
        }
        if (says(failure, TlsProbe.WITHOUT_TLS)) {
            return Optional.of("does not speak TLS on this port; is it another port, or redis in place of rediss?");
        }
        return Optional.of(
                "is not reachable by TLS; is it running, does it speak TLS on this port, and is --redis-url right?");
    }

    private static String sentinels(RedisSettings settings) {
        return settings.target().kind() == RedisTarget.Kind.SENTINEL
                ? "; for the Sentinels themselves it is --redis-sentinel-user and SECKILL_REDIS_SENTINEL_PASSWORD"
                : "";
    }

    private static boolean says(Throwable failure, String word) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(word)) {
                return true;
            }
        }
        return false;
    }
}
