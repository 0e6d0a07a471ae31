package io.seckill.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.grpc.netty.shaded.io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import org.slf4j.LoggerFactory;

/** What calls that are over may have left behind in this process: buffers of the network, threads, memory. */
final class Leaks implements AutoCloseable {
    private static final Logger BUFFERS = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

    /** Pools have fewer threads together, which begin when they are first needed. */
    private static final int MAX_MORE_THREADS = 30;

    private static final long MAX_MORE_HEAP_BYTES = 32 * 1024 * 1024;

    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final ListAppender<ILoggingEvent> lost = new ListAppender<>();
    private int threads;
    private long heapBytes;

    /** Looks at every buffer from now on. */
    Leaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        lost.start();
        BUFFERS.addAppender(lost);
    }

    /** Takes what there is now for what there may be. */
    void begin() {
        threads = threads();
        heapBytes = heapBytes();
    }

    /** Fails if there is more than a little more, or if a buffer was lost; something must have used buffers since. */
    void assertNone() {
        assertThat(heapBytes() - heapBytes).as("bytes more on the heap").isLessThan(MAX_MORE_HEAP_BYTES);
        assertThat(threads() - threads).as("threads more").isLessThan(MAX_MORE_THREADS);
        assertThat(lost.list).as("buffers that nobody released").isEmpty();
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    /** Collects first, which is also when buffers are found to be lost. */
    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() {
        BUFFERS.detachAppender(lost);
        ResourceLeakDetector.setLevel(before);
    }
}
