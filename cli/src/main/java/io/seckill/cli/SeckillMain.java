package io.seckill.cli;

import io.seckill.cli.bench.BenchCommand;
import io.seckill.cli.bench.EchoCommand;
import io.seckill.cli.client.ActivityCommand;
import io.seckill.cli.client.BuyCommand;
import io.seckill.cli.client.OrdersCommand;
import io.seckill.cli.demo.DemoCommand;
import io.seckill.cli.operations.DlqCommand;
import io.seckill.cli.operations.ReconcileCommand;
import io.seckill.cli.operations.StreamsCommand;
import io.seckill.cli.up.UpCommand;
import io.seckill.server.ServerMain;
import io.seckill.settings.CommandRunner;
import io.seckill.settings.VersionProvider;
import io.seckill.worker.WorkerMain;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine.Command;

/** The {@code seckill} command. */
@Command(
        name = "seckill",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "A flash sale: atomic stock deduction in Redis, exactly-once orders in PostgreSQL.",
        footer = {
            "",
            "In a source tree begin with 'demo', which runs a whole sale on this machine and audits it, or with 'up', "
                    + "which starts everything for development.",
            "'seckill COMMAND --help' says more."
        })
public final class SeckillMain {
    private static final String LOG_LEVEL = "SECKILL_LOG_LEVEL";
    private static final Set<String> LOGGING_COMMANDS = Set.of("server", "worker");
    private static final String STORES = "/io/seckill/embedded/RedisProcess.class";

    /** The command with all that is below it. */
    public static CommandRunner runner(Map<String, String> environment) {
        return withStores(new CommandRunner(new SeckillMain(), environment))
                .add("activity", new ActivityCommand())
                .add("buy", new BuyCommand())
                .add("orders", new OrdersCommand())
                .add("dlq", new DlqCommand())
                .add("streams", new StreamsCommand())
                .add("reconcile", new ReconcileCommand())
                .add("rows", new RowsCommand())
                .add("migrate", new MigrateCommand())
                .add("server", new ServerMain())
                .add("worker", new WorkerMain())
                .add("generate-completion", new GenerateCompletion());
    }

    /** Adds what starts a Redis and a PostgreSQL of its own; archives have none. */
    private static CommandRunner withStores(CommandRunner runner) {
        if (SeckillMain.class.getResource(STORES) == null) {
            return runner.add("demo", new AbsentCommand())
                    .add("up", new AbsentCommand())
                    .add("bench", new AbsentCommand());
        }
        return runner.add("demo", new DemoCommand())
                .add("up", new UpCommand())
                .add("bench", new BenchCommand())
                .add("bench-echo", new EchoCommand());
    }

    public static void main(String[] args) {
        // Before the first logger is made: what a person runs speaks for itself, and logs only what goes wrong.
        boolean logs = args.length > 0 && LOGGING_COMMANDS.contains(args[0]);
        if (!logs && System.getenv(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "WARN");
        }
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exit = runner(System.getenv()).run(out, err, args);
        out.flush();
        err.flush();
        System.exit(exit);
    }
}
