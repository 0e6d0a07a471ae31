package io.seckill.migrations;

import java.util.regex.Pattern;
import org.postgresql.Driver;

/** What a JDBC URL of PostgreSQL must look like, and what may be shown of it. */
final class JdbcUrl {
    static final String FORM = "jdbc:postgresql://HOST:PORT/DATABASE[?NAME=VALUE&…]";

    private static final Pattern URL = Pattern.compile("jdbc:postgresql://[^/@?\\s]+/[^/?\\s]+(\\?\\S*)?");

    private JdbcUrl() {}

    /** The driver is asked last, since it logs what it does not understand. */
    static boolean isGood(String url) {
        return URL.matcher(url).matches() && Driver.parseURL(url, null) != null;
    }

    /** Leaves out of a URL, which may be a wrong one, whatever could be a password. */
    static String withoutPassword(String url) {
        return url.replaceAll("//.*@", "//…@").replaceAll("(?i)(password[^=&?]*=)[^&]*", "$1…");
    }
}
