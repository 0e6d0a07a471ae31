package io.seckill.server.selling;

/** Whoever waits for an answer. */
public interface Caller {
    /** True once the caller does not wait any more: its deadline passed, or it went away. */
    boolean hasGivenUp();

    /** The W3C context of the call's own part of its trace, for what follows of it; empty unless it is sampled. */
    default String traceparent() {
        return "";
    }

    /** Takes the answer. Called once, on any thread; must not block. */
    void answer(Answer answer);
}
