package io.seckill.books.recording;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** Says of the settings of PostgreSQL which of them may cost rows that were committed. Blocking, thread-safe. */
public final class PostgresAdvice {
    private static final Map<String, String> EXPECTED = Map.of(
            "fsync", "when its machine fails, rows that were committed may be gone, and the database with them",
            "full_page_writes", "when its machine fails in the middle of a write, the database may be damaged");

    private final DSLContext sql;

    public PostgresAdvice(DSLContext sql) {
        this.sql = sql;
    }

    /** A sentence for each setting that is off and should be on; empty if all is well. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        EXPECTED.forEach((name, consequence) -> {
            String value = sql.fetchSingle("SELECT current_setting(?)", name).get(0, String.class);
            if (!"on".equals(value)) {
                sentences.add("PostgreSQL has " + name + ": " + value + " (expected: on): " + consequence);
            }
        });
        return sentences;
    }
}
