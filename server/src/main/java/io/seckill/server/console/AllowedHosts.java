package io.seckill.server.console;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * By which names a browser may have come here. A stranger's page can have any other name lead to this address, and its
 * requests would then count as this page's own.
 */
final class AllowedHosts {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1");
    private static final Pattern SCHEME = Pattern.compile("https?://");
    private static final Pattern SCOPE = Pattern.compile("%.*");

    private final Set<String> names;

    /** @param names in small letters, without ports */
    AllowedHosts(Set<String> names) {
        this.names = new HashSet<>(names);
    }

    /**
     * Whether a request came by a good name.
     *
     * @param host its header Host
     * @param local the address that its connection came to
     */
    boolean admits(@Nullable String host, InetAddress local) {
        String name = nameOf(host);
        return LOOPBACK.matcher(name).matches()
                || names.contains(name)
                || SCOPE.matcher(local.getHostAddress()).replaceFirst("").equals(name);
    }

    /**
     * Whether a request that changes something was made by our own page, or by no page at all.
     *
     * @param origin its header Origin; browsers always send it with a POST, other programs do not
     */
    boolean admitsChange(@Nullable String origin, @Nullable String host) {
        if (origin == null) {
            return true;
        }
        String authority = SCHEME.matcher(origin.toLowerCase(Locale.ROOT)).replaceFirst("");
        return host != null && !authority.equals(origin) && authority.equals(host.toLowerCase(Locale.ROOT));
    }

    /** What stands before the port. */
    private static String nameOf(@Nullable String host) {
        String text = host == null ? "" : host.toLowerCase(Locale.ROOT);
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? "" : text.substring(1, end);
        }
        int colon = text.indexOf(':');
        return colon < 0 ? text : text.substring(0, colon);
    }
}
