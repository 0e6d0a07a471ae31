package io.seckill.bench;

import java.util.List;

/** What one request asks for, well-formed or not. */
public record Basket(List<Line> lines) {
    public Basket {
        lines = List.copyOf(lines);
    }

    /** Units of one product. */
    public record Line(long productId, int quantity) {}
}
