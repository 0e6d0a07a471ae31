package io.seckill.stock;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What reading one entry of a stream takes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EntryCodecBenchmark {
    private final StreamEntry entry = entry();

    private static StreamEntry entry() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("order", "0193f6b1-7c5e-7a43-9d5c-2f1f6a3b4c5d");
        fields.put("uid", "10000001");
        fields.put("rid", "5f0c6f3e-6b8e-4f0e-9a57-0d7c1d2e3f40");
        fields.put("qty", "1");
        fields.put("line", "1");
        fields.put("lines", "1");
        fields.put("alloc", "2001");
        fields.put("epoch", "3");
        fields.put("cum", "123456");
        fields.put("ts", "1784646546544");
        return new StreamEntry("stream:seckill:{7.0}:1001", "1784646546544-12", fields);
    }

    @Benchmark
    public DecodedEntry decodeEntry() {
        return EntryCodec.decode(entry);
    }
}
