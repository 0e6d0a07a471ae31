package io.seckill.cli.faults;

import java.util.ArrayList;
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

    /** What they do not explain: of each buyer one order may be REJECTED, a second one is lost. */
    List<String> unexplained(List<String> findings) {
        List<String> unexplained = new ArrayList<>();
        Set<String> rejectedOnce = new HashSet<>();
        for (String finding : findings) {
            Matcher rejected = REJECTED.matcher(finding);
            boolean explained = rejected.matches()
                    ? users.contains(rejected.group(1)) && rejectedOnce.add(rejected.group(1))
                    : explainsOver(finding);
            if (!explained) {
                unexplained.add(finding);
            }
        }
        return unexplained;
    }

    private boolean explainsOver(String finding) {
        Matcher over = OVER.matcher(finding);
        return over.matches() && users.contains(over.group(1));
    }
}
