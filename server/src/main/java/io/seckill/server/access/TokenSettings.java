package io.seckill.server.access;

import java.util.List;

/**
 * Which tokens are good.
 *
 * @param keys where the keys are (JWKS): a path, or a URL
 * @param issuer the only one that is trusted
 * @param audience what a token must be meant for
 * @param algorithms the only ones that a token may be signed with
 * @param rolesClaim the claim that holds the roles
 */
public record TokenSettings(String keys, String issuer, String audience, List<String> algorithms, String rolesClaim) {
    public TokenSettings {
        algorithms = List.copyOf(algorithms);
    }
}
