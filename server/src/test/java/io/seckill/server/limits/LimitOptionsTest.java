package io.seckill.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.seckill.settings.Faults;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class LimitOptionsTest {
    private static final int QUEUE_LIMIT = 300;

    @Command
    private static final class Flags {
        @Mixin
        private final LimitOptions limits = new LimitOptions();
    }

    private static LimitOptions parsed(String... flags) {
        Flags parsed = new Flags();
        new CommandLine(parsed).parseArgs(flags);
        return parsed.limits;
    }

    @Test
    void callsInFlightAreTwiceTheQueueUnlessSaidOtherwise() {
        assertThat(parsed().toSettings(QUEUE_LIMIT).calls())
                .isEqualTo(new CallLimits(2 * QUEUE_LIMIT, CallLimits.DEFAULT_PER_PEER));
        assertThat(parsed("--max-in-flight", "7", "--max-calls-per-peer=0")
                        .toSettings(QUEUE_LIMIT)
                        .calls())
                .isEqualTo(new CallLimits(7, 0));
    }

    @Test
    void defaultsOfFlagsAreThoseOfTheRecords() {
        assertThat(parsed().toSettings(10_000)).isEqualTo(Limits.defaults());
    }

    @Test
    void whatIsOutOfBoundsIsNamed() {
        Faults faults = new Faults();

        parsed("--max-in-flight=0", "--max-calls-per-peer=-1", "--max-connections=0", "--max-connections-per-peer=-1")
                .validate(QUEUE_LIMIT, faults);

        assertThat(String.join("\n", faults.lines()))
                .contains("max-in-flight", "max-calls-per-peer", "max-connections", "max-connections-per-peer");
    }
}
