package io.seckill.cli.operations;

import io.seckill.cli.client.Texts;
import io.seckill.cli.terminal.Table;
import io.seckill.v1.DeadLetter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Dead letters as people read them.
 *
 * @param now what ages are reckoned from
 */
record LetterText(Instant now) {
    private static final int MAX_DETAIL_IN_TABLE = 80;
    private static final String NONE = "-";

    /** A line for each letter, with the beginning of its detail. */
    List<String> table(List<DeadLetter> letters) {
        Table table = new Table("id", "reason", "attempts", "sqlstate", "stream", "entry", "age", "detail");
        for (DeadLetter letter : letters) {
            table.row(
                    letter.getDeadLetterId(),
                    orNone(letter.getReason()),
                    letter.getAttempts(),
                    orNone(letter.getSqlstate()),
                    orNone(letter.getStream()),
                    orNone(letter.getStreamId()),
                    age(letter),
                    beginning(oneLine(letter.getDetail())));
        }
        return table.lines();
    }

    /** Everything that a letter says. */
    List<String> lines(DeadLetter letter) {
        List<String> lines = new ArrayList<>();
        lines.add("dead letter " + letter.getDeadLetterId());
        lines.add("  reason     " + orNone(letter.getReason())
                + (letter.getSqlstate().isEmpty() ? "" : ", SQLSTATE " + letter.getSqlstate()));
        lines.add("  detail     " + orNone(oneLine(letter.getDetail())));
        lines.add("  attempts   " + letter.getAttempts());
        lines.add("  set aside  " + Texts.time(letter.getCreateTime()) + ", " + age(letter) + " ago");
        lines.add("  entry      " + orNone(letter.getStreamId()) + " of " + orNone(letter.getStream()));
        Map<String, String> fields = new TreeMap<>(letter.getFieldsMap());
        Table table = new Table("field", "value");
        fields.forEach((name, value) -> table.row(oneLine(name), oneLine(value)));
        table.lines().forEach(line -> lines.add("  " + line));
        return lines;
    }

    private String age(DeadLetter letter) {
        Instant setAside = Instant.ofEpochSecond(
                letter.getCreateTime().getSeconds(), letter.getCreateTime().getNanos());
        Duration age = Duration.between(setAside, now);
        return Texts.duration(age.isNegative() ? Duration.ZERO : age);
    }

    private static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    /** What another hand put into a letter must not draw on the operator's terminal. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private static String beginning(String text) {
        return text.length() > MAX_DETAIL_IN_TABLE ? text.substring(0, MAX_DETAIL_IN_TABLE) + "…" : text;
    }
}
