package io.seckill.cli.operations;

import io.seckill.settings.Faults;
import java.util.List;
import picocli.CommandLine.Option;

/** The flags that say whose dead letters are meant. */
final class LetterOptions {
    private static final int MAX_IDS = 100;

    @Option(
            names = "--activity",
            defaultValue = "0",
            paramLabel = "ID",
            description = "The sale whose letters are meant.")
    private long activityId;

    @Option(
            names = "--stream",
            defaultValue = "",
            paramLabel = "KEY",
            description = "Instead of a sale, a stream that another system writes to, such as stream:seckill:1001.")
    private String stream = "";

    /** Adds a fault unless exactly one of the two is given. */
    void validate(Faults faults) {
        if ((activityId == 0) == stream.isEmpty()) {
            faults.add("--activity and --stream: " + (stream.isEmpty() ? "neither" : "both")
                    + " given (expected: one of them)");
        }
    }

    static void validateIds(List<String> ids, Faults faults) {
        faults.checkRange("number of IDs", ids.size(), 1, MAX_IDS);
    }

    long activityId() {
        return activityId;
    }

    String stream() {
        return stream;
    }

    /** These flags again, for a command to copy. */
    String flags() {
        return stream.isEmpty() ? "--activity " + activityId : "--stream " + stream;
    }
}
