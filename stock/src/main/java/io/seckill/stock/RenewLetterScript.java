package io.seckill.stock;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code renew_letter.lua}: a dead letter that failed again, in the place of the old one. Thread-safe. */
public final class RenewLetterScript {
    private static final int RENEWED = 1;
    private static final int GONE = 2;

    private final LuaScript script;

    public RenewLetterScript(StockRedis redis) {
        this.script = new LuaScript(redis, "renew_letter");
    }

    /** What is new of the letter, besides its reason. */
    public record Renewed(StreamId id, int attempts) {}

    /**
     * Replaces a letter by one with an attempt more.
     *
     * @param letters the key of a dead-letter stream
     * @param reason a stable word, such as {@code DATA_ERROR}
     * @param detail the reason in a sentence
     * @param sqlState of the failure, or empty
     * @return nothing if somebody dealt with the letter meanwhile; fails with {@link StockUnavailableException}
     */
    public CompletionStage<Optional<Renewed>> renew(
            String letters, StreamId id, String reason, String detail, String sqlState) {
        return script.run(List.of(letters), List.of(id.toString(), reason, detail, sqlState))
                .thenApply(RenewLetterScript::renewed);
    }

    private static Optional<Renewed> renewed(List<Object> answer) {
        return switch ((int) LuaScript.number(answer.get(0))) {
            case RENEWED ->
                Optional.of(new Renewed(
                        StreamId.parse((String) answer.get(1)).orElseThrow(), (int) LuaScript.number(answer.get(2))));
            case GONE -> Optional.empty();
            default -> throw new IllegalStateException("renew_letter answered " + answer);
        };
    }
}
