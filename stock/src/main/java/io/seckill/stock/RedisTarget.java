package io.seckill.stock;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a Redis URL names: one server, a Redis Cluster, or the master that a set of Sentinels watches.
 *
 * @param nodes {@code host:port} of the server, of some nodes of the cluster, or of the Sentinels
 * @param user empty for the default user
 * @param password empty for none
 * @param masterName the name that the Sentinels know the master by; empty unless there are any
 * @param database the logical database
 */
public record RedisTarget(
        Kind kind, boolean tls, List<String> nodes, String user, String password, String masterName, int database) {
    /** The forms of a URL, for messages. */
    static final String FORMS = "redis://[user:password@]HOST:PORT[/DATABASE],"
            + " redis+cluster://[user:password@]HOST:PORT,HOST:PORT…"
            + " or redis+sentinel://[user:password@]HOST:PORT,HOST:PORT…/MASTER[/DATABASE];"
            + " rediss… for TLS";

    private static final int MAX_PORT = 65_535;
    private static final String NODE = "[^@/:,?#\\s]+:\\d{1,5}";
    private static final Pattern URL = Pattern.compile(
            "redis(?<tls>s?)(\\+(?<kind>cluster|sentinel))?://((?<user>[^@/:]*):(?<password>[^@/]*)@|(?<only>[^@/:]*)@)?"
                    + "(?<nodes>" + NODE + "(," + NODE + ")*)(?<path>/.*)?");
    private static final Pattern DATABASE = Pattern.compile("(/(?<database>\\d{0,5}))?");
    private static final Pattern MASTER = Pattern.compile("/(?<master>[A-Za-z0-9._-]+)(/(?<database>\\d{1,5}))?");

    /** How the servers belong together. */
    public enum Kind {
        SINGLE(""),
        CLUSTER("+cluster"),
        SENTINEL("+sentinel");

        private final String suffix;

        Kind(String suffix) {
            this.suffix = suffix;
        }
    }

    /** Reads a URL; throws {@link IllegalArgumentException} with the form that is expected, and never the password. */
    public static RedisTarget parse(String url) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(FORMS);
        }
        Kind kind = kind(matcher.group("kind"));
        List<String> nodes = List.of(matcher.group("nodes").split(","));
        requirePorts(nodes);
        if (kind == Kind.SINGLE && nodes.size() > 1) {
            throw new IllegalArgumentException("one HOST:PORT, or redis+cluster:// or redis+sentinel:// for several");
        }
        String path = matcher.group("path") == null ? "" : matcher.group("path");
        Matcher rest = (kind == Kind.SENTINEL ? MASTER : DATABASE).matcher(path);
        if (!rest.matches()) {
            throw new IllegalArgumentException(
                    kind == Kind.SENTINEL
                            ? "redis+sentinel://HOST:PORT,HOST:PORT…/MASTER[/DATABASE], with the name of the master"
                            : "a number of a database after the last /, or nothing");
        }
        int database = number(rest.group("database"));
        if (kind == Kind.CLUSTER && database != 0) {
            throw new IllegalArgumentException("no database, since a Redis Cluster has only database 0");
        }
        // Without a colon it is a password without a user.
        String password = matcher.group("only") != null ? matcher.group("only") : matcher.group("password");
        return new RedisTarget(
                kind,
                !matcher.group("tls").isEmpty(),
                nodes,
                decoded(matcher.group("user")),
                decoded(password),
                kind == Kind.SENTINEL ? rest.group("master") : "",
                database);
    }

    private static Kind kind(@Nullable String named) {
        if (named == null) {
            return Kind.SINGLE;
        }
        return named.equals("cluster") ? Kind.CLUSTER : Kind.SENTINEL;
    }

    private static void requirePorts(List<String> nodes) {
        for (String node : nodes) {
            int port = number(node.substring(node.lastIndexOf(':') + 1));
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("ports in 1.." + MAX_PORT);
            }
        }
    }

    private static int number(@Nullable String digits) {
        return digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static String decoded(@Nullable String text) {
        if (text == null || text.indexOf('%') < 0) {
            return text == null ? "" : text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("percent signs of the user and the password written as %25", e);
        }
    }

    /** Leaves out of a URL, which may be a wrong one, whatever could be a password. */
    static String withoutPassword(String url) {
        return url.replaceAll("//.*@", "//…@").replaceAll("(//[^/:]*):(?!\\d{1,5}(?:[,/?#]|$))[^,/]*", "$1:…");
    }

    /** The addresses as Redisson wants them. */
    public List<String> nodeUrls() {
        String scheme = tls ? "rediss://" : "redis://";
        return nodes.stream().map(node -> scheme + node).toList();
    }

    /** The URL without user, password and database. */
    public String address() {
        return (tls ? "rediss" : "redis") + kind.suffix + "://" + String.join(",", nodes)
                + (kind == Kind.SENTINEL ? "/" + masterName : "");
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "RedisTarget[" + address() + ", database=" + database + "]";
    }
}
