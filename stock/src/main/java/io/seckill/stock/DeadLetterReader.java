package io.seckill.stock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** {@code read_letters.lua}: looks into the dead letters of one shard and changes nothing. Thread-safe. */
public final class DeadLetterReader {
    /** Letters of one call at most. */
    public static final int MAX_LETTERS = 1_000;

    private static final String END = "+";
    private static final int ONE = 1;

    private final LuaScript script;

    public DeadLetterReader(StockRedis redis) {
        this.script = new LuaScript(redis, "read_letters");
    }

    /** Where a page begins. */
    public record Start(String text) {
        public static final Start OLDEST = new Start("-");

        /** With this letter, or the one that follows where it would be. */
        public static Start at(StreamId id) {
            return new Start(id.toString());
        }

        /** Behind this letter. */
        public static Start after(StreamId id) {
            return new Start("(" + id);
        }
    }

    /**
     * Reads letters, oldest first.
     *
     * @param letters the key of a dead-letter stream
     * @param count 1 to {@link #MAX_LETTERS}
     * @return fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<DeadLetter>> page(String letters, Start start, int count) {
        requireAtMost("count", count);
        return script.run(List.of(letters), List.of(Integer.toString(count), start.text(), END))
                .thenApply(DeadLetterReader::parse);
    }

    /**
     * Looks letters up.
     *
     * @param letters the key of a dead-letter stream
     * @param ids at most {@link #MAX_LETTERS}
     * @return those that are there; fails with {@link StockUnavailableException}
     */
    public CompletionStage<List<DeadLetter>> find(String letters, Collection<StreamId> ids) {
        requireAtMost("ids", ids.size());
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(ONE));
        for (StreamId id : ids) {
            arguments.add(id.toString());
            arguments.add(id.toString());
        }
        return script.run(List.of(letters), arguments).thenApply(DeadLetterReader::parse);
    }

    private static void requireAtMost(String what, int count) {
        if (count > MAX_LETTERS) {
            throw new IllegalArgumentException(what + ": " + count + " (expected: at most " + MAX_LETTERS + ")");
        }
    }

    private static List<DeadLetter> parse(List<Object> answer) {
        List<DeadLetter> letters = new ArrayList<>();
        int at = 0;
        while (at < answer.size()) {
            StreamId id = StreamId.parse((String) answer.get(at)).orElseThrow();
            int end = at + 2 + (int) LuaScript.number(answer.get(at + 1));
            Map<String, String> fields = new LinkedHashMap<>();
            for (int field = at + 2; field < end; field += 2) {
                fields.put((String) answer.get(field), (String) answer.get(field + 1));
            }
            letters.add(DeadLetter.of(id, fields));
            at = end;
        }
        return letters;
    }
}
