package io.seckill.cli.demo;

import io.seckill.bench.BuyerPlan;
import io.seckill.cli.terminal.Interruptible;
import io.seckill.settings.Faults;
import io.seckill.settings.Validated;
import java.time.Clock;
import java.time.Duration;
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
        exitCodeList = {
            "0:the audit is ok; with --console also when Ctrl-C ends it afterwards",
            "1:it is not, or the demo could not run",
            "2:the flags are wrong"
        })
public final class DemoCommand implements Callable<Integer>, Validated {
    private static final int MAX_PRODUCTS = 100;
    private static final long MAX_STOCK = 1_000_000_000;
    private static final int MAX_PARTS = 16;
    private static final int MAX_SHARDS = 64;
    private static final long USUAL_STOCK = 500;
    private static final long STOCK_TO_LOOK_AT = 8_000;
    private static final long SECONDS_TO_LOOK_AT = 90;
    private static final long MAX_OVER_SECONDS = 3_600;
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
            paramLabel = "N",
            description = "Units of each product. Default: " + USUAL_STOCK + ", with --console " + STOCK_TO_LOOK_AT)
    private @Nullable Long stock;

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

    @Option(
            names = "--over",
            paramLabel = "TIME",
            description =
                    "How long the buyers take to arrive, more of them at first. Default: as fast as they are served, "
                            + "with --console " + SECONDS_TO_LOOK_AT + "s")
    private @Nullable Duration over;

    @Option(
            names = "--console",
            description = "Show the sale in the console, and leave everything running after the audit until Ctrl-C.")
    private boolean console;

    @Override
    public void validate(Faults faults) {
        faults.checkRange("buyers", buyers, 1, BuyerPlan.MAX_BUYERS);
        faults.checkRange("products", products, 1, MAX_PRODUCTS);
        faults.checkRange("stock", units(), 0, MAX_STOCK);
        faults.checkRange("over in s", arrivals().toSeconds(), 0, MAX_OVER_SECONDS);
        faults.checkRange("servers", servers, 1, MAX_PARTS);
        faults.checkRange("workers", workers, 1, MAX_PARTS);
        faults.checkRange("shards", shards, 1, MAX_SHARDS);
    }

    private long units() {
        return stock != null ? stock : console ? STOCK_TO_LOOK_AT : USUAL_STOCK;
    }

    private Duration arrivals() {
        return over != null ? over : console ? Duration.ofSeconds(SECONDS_TO_LOOK_AT) : Duration.ZERO;
    }

    @Override
    public Integer call() throws Exception {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(SEEDS) : seed;
        DemoSize size = new DemoSize(buyers, products, units(), chosen, servers, workers, shards);
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        Demo demo = new Demo(
                size, new Arrivals(buyers, arrivals()), Clock.systemUTC(), commandLine.getOut(), commandLine.getErr());
        return console ? Interruptible.runToItsCode(demo::runAndStay) : Interruptible.run(demo::run);
    }
}
