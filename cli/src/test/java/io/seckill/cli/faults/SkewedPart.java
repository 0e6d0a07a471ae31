package io.seckill.cli.faults;

import io.seckill.server.ServerMain;
import io.seckill.settings.CommandRunner;
import io.seckill.worker.WorkerMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;

/** A server or a worker whose clock is wrong. Arguments: how far it is ahead, "server" or "worker", and the options. */
final class SkewedPart {
    private SkewedPart() {}

    public static void main(String[] args) {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.parse(args[0]));
        Object part = args[1].equals("server") ? new ServerMain(clock) : new WorkerMain(clock);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(new CommandRunner(part, Map.of()).run(out, err, Arrays.copyOfRange(args, 2, args.length)));
    }
}
