package io.seckill.cli.faults;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Buyers to whom Redis and, while it was away, PostgreSQL both sold: of their two orders one stands and the other is
 * REJECTED, which an audit finds twice.
 */
record TwoPaths(Set<String> users) {
    private static final Pattern OVER =
            Pattern.compile("user (\\d+): (order \\S+ was accepted over the limit, after \\S+"
                    + "|one request id got order \\S+ and order \\S+)");
    private static final Pattern REJECTED =
            Pattern.compile("order \\S+ of user (\\d+) was accepted and is not recorded as such");

    static TwoPaths in(List<String> findings) {
        Set<String> users = new HashSet<>();
        for (String finding : findings) {
            Matcher over = OVER.matcher(finding);
            if (over.matches()) {
                users.add(over.group(1));
            }
        }
        return new TwoPaths(users);
    }

    /** What they do not explain. */
    List<String> unexplained(List<String> findings) {
        return findings.stream().filter(finding -> !explains(finding)).toList();
    }

    private boolean explains(String finding) {
        Matcher rejected = REJECTED.matcher(finding);
        return OVER.matcher(finding).matches() || (rejected.matches() && users.contains(rejected.group(1)));
    }
}
