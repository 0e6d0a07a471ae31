package io.seckill.settings.logging;

import java.util.regex.Pattern;

/**
 * Takes out of a line what no log may have, whoever wrote it: tokens, the parameters of Redis commands, which name users and
 * baskets, and, where users are hidden, the rows that PostgreSQL quotes.
 */
final class Secrets {
    private static final Pattern TOKEN = Pattern.compile("(?i:authorization)\\s*[=:]\\s*(?:\\w+\\s+)?[^\\s,;\\]]+"
            + "|(?i:bearer)\\s+[^\\s,;\"']+"
            + "|eyJ[\\w-]*\\.[\\w-]+\\.[\\w-]*");
    private static final Pattern PARAMETERS = Pattern.compile("params: \\[[^\\r\\n]*\\]");
    private static final Pattern ROW = Pattern.compile("(Detail|Where): [^\\r\\n]*");

    private Secrets() {}

    static String without(String text) {
        String clean = text;
        if (clean.contains("eyJ")
                || containsIgnoringCase(clean, "bearer")
                || containsIgnoringCase(clean, "authorization")) {
            clean = TOKEN.matcher(clean).replaceAll("(a token)");
        }
        if (clean.contains("params: [")) {
            clean = PARAMETERS.matcher(clean).replaceAll("params: (left out)");
        }
        if (UserNames.areHidden() && (clean.contains("Detail: ") || clean.contains("Where: "))) {
            clean = ROW.matcher(clean).replaceAll("$1: (left out)");
        }
        return clean;
    }

    private static boolean containsIgnoringCase(String text, String word) {
        for (int i = 0; i <= text.length() - word.length(); i++) {
            if (text.regionMatches(true, i, word, 0, word.length())) {
                return true;
            }
        }
        return false;
    }
}
