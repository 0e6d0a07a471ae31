package io.seckill.stock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What writing a batch of orders and reading its answer takes, per order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReserveBatchCodecBenchmark {
    private static final int ORDERS = 128;
    private static final long PRODUCT = 1001;

    private List<ReserveOrder> orders = List.of();
    private Map<Long, Integer> positions = Map.of();
    private byte[] accepted = {};
    private byte[] soldOut = {};

    @Setup
    public void makeBatch() {
        orders = new ArrayList<>();
        StringBuilder acceptedText = new StringBuilder("0\n2001\n128\n9999");
        StringBuilder soldOutText = new StringBuilder("0\n2001\n128\n0");
        for (int i = 0; i < ORDERS; i++) {
            orders.add(Ledger.order(10_000_000L + i, UUID.randomUUID().toString(), PRODUCT, 1));
            acceptedText.append("\n1\n1784646546544-").append(i);
            soldOutText.append("\n3\n").append(PRODUCT);
        }
        positions = ReserveBatchCodec.positions(orders);
        accepted = acceptedText.toString().getBytes(StandardCharsets.UTF_8);
        soldOut = soldOutText.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Benchmark
    @OperationsPerInvocation(ORDERS)
    public byte[] encodeBatch() {
        return ReserveBatchCodec.encode(ReserveBatchCodec.positions(orders), orders);
    }

    @Benchmark
    @OperationsPerInvocation(ORDERS)
    public ReserveReply decodeAccepted() {
        return decode(accepted);
    }

    @Benchmark
    @OperationsPerInvocation(ORDERS)
    public ReserveReply decodeSoldOut() {
        return decode(soldOut);
    }

    private ReserveReply decode(byte[] answer) {
        return ReserveBatchCodec.decode(new AnswerFields(answer), positions.keySet(), true, orders, true);
    }
}
