package io.seckill.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * An append-only file whose torn end Redis cut off when it started. The beginning of the last transaction is left in
 * it, and at the next start what was written since would be taken for the rest of that transaction
 * (https://github.com/valkey-io/valkey/pull/4342). Rewriting the file removes it.
 */
final class TornFile {
    private static final String CUT_OFF = "Truncating the AOF";
    private static final Pattern REWRITTEN =
            Pattern.compile("aof_rewrite_in_progress:0\\s+aof_rewrite_scheduled:0(?s:.*)aof_last_bgrewrite_status:ok");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private TornFile() {}

    /**
     * Has the file rewritten if the log of this start says that it was torn.
     *
     * @param loggedBefore bytes of the log that are of earlier starts
     */
    static void mend(Path log, long loggedBefore, int port) throws IOException {
        String all = Files.readString(log, StandardCharsets.ISO_8859_1);
        if (all.indexOf(CUT_OFF, (int) loggedBefore) >= 0) {
            RedisCommand.run(port, "BGREWRITEAOF");
            Waits.until(
                    () -> REWRITTEN
                            .matcher(RedisCommand.run(port, "INFO", "persistence"))
                            .find(),
                    TIMEOUT,
                    "the redis-server on port " + port + " did not rewrite its torn file");
        }
    }
}
