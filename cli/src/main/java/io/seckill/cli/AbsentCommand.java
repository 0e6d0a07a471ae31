package io.seckill.cli;

import io.seckill.settings.StartFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/** In place of a command that starts a Redis and a PostgreSQL of its own, where these do not come along. */
@Command(hidden = true, description = "Only in a source tree.")
final class AbsentCommand implements Callable<Integer> {
    @Unmatched
    @SuppressWarnings("unused") // whatever is given, the answer is the same
    private final List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        throw new StartFailure(
                "needs a Redis and a PostgreSQL that come with the source tree only; run ./seckill there");
    }
}
