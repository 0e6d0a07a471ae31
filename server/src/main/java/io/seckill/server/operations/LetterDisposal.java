package io.seckill.server.operations;

import io.seckill.settings.logging.Logging;
import io.seckill.settings.logging.UserNames;
import io.seckill.stock.DeadLetter;
import io.seckill.stock.RemoveLettersScript;
import io.seckill.stock.StreamId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes dead letters for good; the log keeps what they said. Blocking, thread-safe. */
public final class LetterDisposal {
    private static final int MAX_LINE_LENGTH = 10_000;
    private static final String USER = "uid";
    private static final Logger log = LoggerFactory.getLogger(LetterDisposal.class);

    private final DeadLetterFile file;
    private final RemoveLettersScript remove;

    public LetterDisposal(DeadLetterFile file, RemoveLettersScript remove) {
        this.file = file;
        this.remove = remove;
    }

    /**
     * Discards letters; does nothing, and fails, if one of them is not there.
     *
     * @return those that this call took away, and nobody else meanwhile
     */
    public List<LetterAddress> discard(LetterPlace place, Collection<LetterAddress> addresses) {
        Map<Integer, List<StreamId>> idsByShard = new TreeMap<>();
        // Logged first: a letter must not be gone from both if the process ends in between.
        for (FiledLetter filed : file.find(place, addresses)) {
            log.warn(
                    Logging.EVERY_ONE,
                    "discarding dead letter {}",
                    line(place.nameOf(filed.address()), filed.letter()));
            idsByShard
                    .computeIfAbsent(filed.address().shard(), shard -> new ArrayList<>())
                    .add(filed.letter().id());
        }
        List<LetterAddress> discarded = new ArrayList<>();
        idsByShard.forEach((shard, ids) -> RedisAnswers.await(remove.remove(place.key(shard), ids))
                .forEach(id -> discarded.add(new LetterAddress(shard, id))));
        return discarded;
    }

    private static Map<String, String> fields(DeadLetter letter) {
        Map<String, String> fields = new LinkedHashMap<>(letter.fields());
        fields.computeIfPresent(USER, (name, user) -> UserNames.of(user));
        return fields;
    }

    /** Everything that a letter says, in one line whatever stands in its fields. */
    static String line(String name, DeadLetter letter) {
        String line = name + ": stream=" + letter.stream() + " id=" + letter.streamId() + " reason=" + letter.reason()
                + " attempts=" + letter.attempts() + " sqlstate=" + letter.sqlState() + " truncated="
                + letter.truncated() + " fields=" + fields(letter) + " detail=" + letter.detail();
        StringBuilder printable = new StringBuilder();
        line.chars()
                .limit(MAX_LINE_LENGTH)
                .forEach(character -> printable.append(Character.isISOControl(character) ? ' ' : (char) character));
        return line.length() > MAX_LINE_LENGTH
                ? printable + "… (" + (line.length() - MAX_LINE_LENGTH) + " characters more)"
                : printable.toString();
    }
}
