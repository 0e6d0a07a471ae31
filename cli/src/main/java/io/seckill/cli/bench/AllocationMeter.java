package io.seckill.cli.bench;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What the threads of a Java process on this machine have allocated. */
final class AllocationMeter implements AutoCloseable {
    private final JMXConnector connector;
    private final ThreadMXBean threads;

    private AllocationMeter(JMXConnector connector, ThreadMXBean threads) {
        this.connector = connector;
        this.threads = threads;
    }

    /**
     * Attaches to a process.
     *
     * @throws StartFailure if that is not allowed
     */
    @SuppressWarnings("BanJNDI") // the address is that of a child of this process, which listens on no network
    static AllocationMeter of(long pid) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                JMXServiceURL address = new JMXServiceURL(machine.startLocalManagementAgent());
                JMXConnector connector = JMXConnectorFactory.connect(address);
                MBeanServerConnection beans = connector.getMBeanServerConnection();
                return new AllocationMeter(
                        connector,
                        ManagementFactory.newPlatformMXBeanProxy(
                                beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException | IOException e) {
            throw new StartFailure("what process " + pid + " allocates is unavailable: " + e.getMessage(), e);
        }
    }

    /** Bytes that the threads that are alive have allocated. */
    long bytes() {
        return Arrays.stream(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
                .filter(bytes -> bytes > 0)
                .sum();
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new StartFailure("a connection to a process cannot be closed: " + e.getMessage(), e);
        }
    }
}
