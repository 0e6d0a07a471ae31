package io.seckill.cli.demo;

import io.seckill.bench.BuyerPlan;
import io.seckill.cli.terminal.Interruptible;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code seckill demo}: a whole sale on this machine, audited. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs a whole sale on this machine, with a Redis and a PostgreSQL of its own, and audits both.",
        footer = {"", "The last line on standard output is 'AUDIT ok …' or 'AUDIT failed …'."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the audit is ok", "1:it is not, or the demo could not run", "2:the flags are wrong"})
public final class DemoCommand implements Callable<Integer>, Validated {
    private static final int MAX_PRODUCTS = 100;
    private static final long MAX_STOCK = 1_000_000_000;
    private static final int MAX_PARTS = 16;
    private static final int MAX_SHARDS = 64;
    private static final int SEEDS = 1_000_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--buyers",
            defaultValue = "20000",
            paramLabel = "N",
            description = "Buyers, each with a basket of 1 to 3 products. Default: ${DEFAULT-VALUE}")
    private int buyers;

    @Option(names = "--products", defaultValue = "3", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
    private int products;

    @Option(
            names = "--stock",
            defaultValue = "500",
            paramLabel = "N",
            description = "Units of each product. Default: ${DEFAULT-VALUE}")
    private long stock;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same buyers. Default: random")
    private @Nullable Long seed;

    @Option(names = "--servers", defaultValue = "1", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
    private int servers;

    @Option(names = "--workers", defaultValue = "2", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
    private int workers;

    @Option(
            names = "--shards",
            defaultValue = "1",
            paramLabel = "N",
            description = "Pools that the stock is spread over. Default: ${DEFAULT-VALUE}")
    private int shards;

    @Override
    public void validate(Faults faults) {
        faults.checkRange("buyers", buyers, 1, BuyerPlan.MAX_BUYERS);
        faults.checkRange("products", products, 1, MAX_PRODUCTS);
        faults.checkRange("stock", stock, 0, MAX_STOCK);
        faults.checkRange("servers", servers, 1, MAX_PARTS);
        faults.checkRange("workers", workers, 1, MAX_PARTS);
        faults.checkRange("shards", shards, 1, MAX_SHARDS);
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
        DemoSize size = new DemoSize(buyers, products, stock, chosen, servers, workers, shards);
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Demo demo = new Demo(size, Clock.systemUTC(), commandLine.getOut(), commandLine.getErr());
        return Interruptible.run(demo::run);
    }
}
