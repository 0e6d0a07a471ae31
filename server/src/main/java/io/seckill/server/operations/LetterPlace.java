package io.seckill.server.operations;

import io.seckill.server.failure.Violations;
import io.seckill.stock.ShardId;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose dead letters are meant: those of an activity, or those of one stream that another system writes to.
 *
 * @param activityId 0 if a stream is meant
 * @param stream empty if an activity is meant
 */
public record LetterPlace(long activityId, String stream) {
    private static final Pattern NAME_IN_ACTIVITY = Pattern.compile("(0|[1-9]\\d{0,3}):(.+)");

    /** Adds a violation unless exactly one of the two is there and can be. */
    public void validate(Violations violations) {
        if (stream.isEmpty()) {
            violations.checkId("activity_id", activityId);
        } else if (activityId != 0) {
            violations.add("stream", stream + " beside activity_id " + activityId, "one of the two");
        } else if (StockKeys.productOf(stream).isEmpty() || StockKeys.isShardStream(stream)) {
            violations.add(
                    "stream", stream, "stream:seckill:<product>, which another system writes to; else activity_id");
        }
    }

    public boolean isActivity() {
        return stream.isEmpty();
    }

    /** The address that a name given by a caller stands for, if it is a name. */
    public Optional<LetterAddress> addressOf(String name) {
        if (!isActivity()) {
            return StreamId.parse(name).map(id -> new LetterAddress(0, id));
        }
        Matcher matcher = NAME_IN_ACTIVITY.matcher(name);
        return matcher.matches()
                ? StreamId.parse(matcher.group(2)).map(id -> new LetterAddress(Integer.parseInt(matcher.group(1)), id))
                : Optional.empty();
    }

    /** The name by which callers know a letter. */
    public String nameOf(LetterAddress address) {
        return isActivity()
                ? address.shard() + ":" + address.id()
                : address.id().toString();
    }

    /** What a name looks like, for people who gave another. */
    public String nameForm() {
        return isActivity() ? "<shard>:<id>, such as 0:1767225600000-0" : "an id, such as 1767225600000-0";
    }

    /** The key of the dead letters of a shard. */
    String key(int shard) {
        return isActivity() ? StockKeys.deadLetters(new ShardId(activityId, shard)) : StockKeys.deadLettersOf(stream);
    }
}
