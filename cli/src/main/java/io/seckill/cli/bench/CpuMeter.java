package io.seckill.cli.bench;

import io.seckill.settings.StartFailure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The CPU time of processes, with that of their children who are alive, as the operating system counts it.
 *
 * @param processes by what they are called
 */
record CpuMeter(Map<String, Long> processes) {
    /** The CPU time up to now, by name. */
    Map<String, Duration> read() {
        Map<String, Duration> times = new LinkedHashMap<>();
        processes.forEach((name, pid) -> times.put(
                name,
                ProcessHandle.of(pid).stream()
                        .flatMap(main -> Stream.concat(Stream.of(main), main.descendants()))
                        .map(process -> time(name, process))
                        .reduce(Duration.ZERO, Duration::plus)));
        return times;
    }

    private static Duration time(String name, ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .or(() -> process.isAlive() ? Optional.empty() : Optional.of(Duration.ZERO))
                .orElseThrow(() -> new StartFailure(
                        "the CPU time of " + name + " is unavailable: this operating system does not tell it"));
    }
}
