package io.seckill.cli.operations;

import io.seckill.cli.client.Texts;
import io.seckill.cli.terminal.Table;
import io.seckill.v1.ConsumerDescription;
import io.seckill.v1.StreamDescription;
import java.util.List;

/** Streams as people read them: a row each, and below it a row for each of its consumers. */
final class StreamsText {
    private static final String DEAD_LETTERS = ":dlq";
    private static final String NOT_FOR_THIS = "-";
    private static final String NO_GROUP = "none";

    private StreamsText() {}

    static List<String> lines(List<StreamDescription> streams) {
        Table table = new Table("stream", "group", "length", "lag", "pending", "oldest", "idle");
        for (StreamDescription stream : streams) {
            if (stream.getStream().endsWith(DEAD_LETTERS)) {
                table.row(stream.getStream(), NOT_FOR_THIS, stream.getLength(), NOT_FOR_THIS, NOT_FOR_THIS, "", "");
                continue;
            }
            table.row(
                    stream.getStream(),
                    stream.getGroup().isEmpty() ? NO_GROUP : stream.getGroup(),
                    stream.getLength(),
                    stream.getLag(),
                    stream.getPending(),
                    stream.hasOldestPendingAge() ? Texts.duration(stream.getOldestPendingAge()) : NOT_FOR_THIS,
                    "");
            for (ConsumerDescription consumer : stream.getConsumersList()) {
                table.row(
                        "  " + consumer.getName(),
                        "",
                        "",
                        "",
                        consumer.getPending(),
                        "",
                        Texts.duration(consumer.getIdle()));
            }
        }
        return table.lines();
    }
}
