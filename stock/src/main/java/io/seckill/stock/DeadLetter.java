package io.seckill.stock;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A stream entry that was set aside. What a letter lacks, since another hand wrote it, is empty or 0.
 *
 * @param id in the dead-letter stream
 * @param stream where the entry stood
 * @param streamId the entry's id there
 * @param reason a stable word, such as {@code MALFORMED}
 * @param detail the reason in a sentence
 * @param sqlState of the failure, or empty
 * @param attempts how often recording it was tried
 * @param fields the entry's own
 * @param truncated how many fields the entry had more
 */
public record DeadLetter(
        StreamId id,
        String stream,
        String streamId,
        String reason,
        String detail,
        String sqlState,
        int attempts,
        Map<String, String> fields,
        int truncated) {
    private static final String FIELD_PREFIX = "f:";

    public DeadLetter {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Makes a letter of what stands in the dead-letter stream. */
    static DeadLetter of(StreamId id, Map<String, String> letter) {
        Map<String, String> fields = new LinkedHashMap<>();
        letter.forEach((name, value) -> {
            if (name.startsWith(FIELD_PREFIX)) {
                fields.put(name.substring(FIELD_PREFIX.length()), value);
            }
        });
        return new DeadLetter(
                id,
                letter.getOrDefault("stream", ""),
                letter.getOrDefault("id", ""),
                letter.getOrDefault("reason", ""),
                letter.getOrDefault("detail", ""),
                letter.getOrDefault("sqlstate", ""),
                number(letter.getOrDefault("attempts", "")),
                fields,
                number(letter.getOrDefault("truncated", "")));
    }

    private static int number(String text) {
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            return 0; // absent, or written by hand
        }
    }

    public Instant setAsideAt() {
        return id.instant();
    }

    /** The entry as it stood in its stream, if it is whole. */
    public StreamEntry entry() {
        return new StreamEntry(stream, streamId, fields);
    }

    /** This letter after recording it failed again. */
    public DeadLetter renewed(RenewLetterScript.Renewed as, String newReason, String newDetail, String newSqlState) {
        return new DeadLetter(
                as.id(), stream, streamId, newReason, newDetail, newSqlState, as.attempts(), fields, truncated);
    }
}
