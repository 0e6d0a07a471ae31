package io.seckill.bench.report;

/** What a measurement should come to: a bound of its ratio to the ceiling, or of its own value. */
public record Target(Of of, Bound bound, double value) {
    /** What is bounded. */
    public enum Of {
        RATIO,
        VALUE
    }

    /** From which side. */
    public enum Bound {
        AT_LEAST,
        AT_MOST
    }

    /** At least this share, or multiple, of the ceiling. */
    public static Target ratioAtLeast(double ratio) {
        return new Target(Of.RATIO, Bound.AT_LEAST, ratio);
    }

    /** At most this much, in the unit of the measurement. */
    public static Target valueAtMost(double value) {
        return new Target(Of.VALUE, Bound.AT_MOST, value);
    }

    boolean isMetBy(double actual) {
        return bound == Bound.AT_LEAST ? actual >= value : actual <= value;
    }
}
