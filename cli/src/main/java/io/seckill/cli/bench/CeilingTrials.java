package io.seckill.cli.bench;

import io.seckill.bench.ceiling.BareScriptClient;
import io.seckill.bench.ceiling.CeilingResult;
import io.seckill.bench.ceiling.OneOrderKeys;
import io.seckill.bench.ceiling.PostgresOrders;
import io.seckill.bench.load.Address;
import io.seckill.bench.load.NewBuyers;
import io.seckill.bench.load.Trial;
import io.seckill.bench.script.BenchScript;
import java.util.List;

/** Trials of what the product is compared with. */
record CeilingTrials(BenchContext context, Bed bed) {
    private static final long ANY_ACTIVITY = 1;
    private static final long ANY_PRODUCT = 1_001;
    private static final int ONE_LINE = 1;

    /** Calls of a server that does nothing. */
    Trial echo(String name, Load how, Address server) {
        NewBuyers buyers = new NewBuyers(
                List.of(ANY_ACTIVITY),
                List.of(ANY_PRODUCT),
                ONE_LINE,
                context.settings().seed());
        return (length, samples) ->
                samples.add(name, how.run(server, buyers, length).perSecond());
    }

    /** One call of a script that decides one order, without gRPC. */
    Trial bareScript(String name, BenchScript script) {
        String sha = bed.redisCommand("SCRIPT", "LOAD", script.text());
        return (length, samples) -> {
            bed.redisCommand("HSET", OneOrderKeys.STOCK, OneOrderKeys.REMAINING, Long.toString(SaleTerms.NEVER_OUT));
            CeilingResult result = new BareScriptClient(bed.redisPort(), sha).run(length);
            long entries = Long.parseLong(bed.redisCommand("XLEN", OneOrderKeys.ORDERS));
            if (entries != result.accepted()) {
                context.disagree(name + ": " + result.accepted() + " orders accepted, " + entries + " in the stream");
            }
            bed.remove(List.of(OneOrderKeys.STOCK, OneOrderKeys.BUYERS, OneOrderKeys.ORDERS));
            samples.add(name, result.perSecond());
        };
    }

    /** One statement per order, without Redis. */
    Trial postgresOrders(String name) {
        return (length, samples) -> {
            try (PostgresOrders orders = new PostgresOrders(bed.postgresSettings())) {
                samples.add(name, orders.run(length).perSecond());
            }
        };
    }
}
