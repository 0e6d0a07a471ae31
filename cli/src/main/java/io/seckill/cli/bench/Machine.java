package io.seckill.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a benchmark ran on, for its heading. */
final class Machine {
    private static final double GIB = 1L << 30;

    private Machine() {}

    /** Cores, memory, kernel, JDK, and how busy the machine was with other things before. */
    static Map<String, String> describe() {
        Map<String, String> machine = new LinkedHashMap<>();
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        machine.put("cores", Integer.toString(system.getAvailableProcessors()));
        machine.put("memory", String.format(Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / GIB));
        machine.put("system", system.getName() + " " + system.getVersion() + ", " + system.getArch());
        machine.put("load before", String.format(Locale.ROOT, "%.2f", system.getSystemLoadAverage()));
        machine.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        return machine;
    }
}
