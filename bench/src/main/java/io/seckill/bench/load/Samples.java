package io.seckill.bench.load;

import io.seckill.bench.report.Ceiling;
import io.seckill.bench.report.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What trials found, by name, one value for each round. Not thread-safe. */
public final class Samples {
    private final Map<String, List<Double>> byName = new LinkedHashMap<>();

    void add(String name, double value) {
        byName.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
    }

    /** The figure of one name; throws {@link IllegalArgumentException} if no trial found it. */
    public Figure figure(String name) {
        return Figure.of(values(name));
    }

    /**
     * The figure of one name as the ceiling of another.
     *
     * @param what the ceiling is, for readers
     */
    public Ceiling ceiling(String ours, String ceiling, String what) {
        List<Double> one = values(ours);
        List<Double> other = values(ceiling);
        if (one.size() != other.size()) {
            throw new IllegalArgumentException(ours + " has " + one.size() + " samples, " + ceiling + " " + other.size()
                    + " (expected: one of each in every round)");
        }
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < one.size(); round++) {
            ratios.add(one.get(round) / other.get(round));
        }
        return new Ceiling(what, figure(ceiling), Figure.of(ratios).median());
    }

    private List<Double> values(String name) {
        List<Double> values = byName.get(name);
        if (values == null) {
            throw new IllegalArgumentException("sample: " + name + " (expected: one of " + byName.keySet() + ")");
        }
        return values;
    }
}
