package io.seckill.settings.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.settings.Faults;
import io.seckill.settings.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LogOptionsTest {
    @TempDir
    private Path dir;

    private final LogOptions options = new LogOptions();

    @AfterEach
    void show() {
        UserNames.hideWith(Optional.empty());
    }

    @Test
    void usersArePseudonymsWithTheKeyOfTheFile() throws Exception {
        assertThat(UserNames.of(42)).isEqualTo("42");
        Path key = Files.writeString(dir.resolve("key"), "0123456789abcdef0123456789abcdef\n");
        parse("--log-user-key-file=" + key);
        Faults faults = new Faults();
        options.validate(faults);
        assertThat(faults.isEmpty()).isTrue();

        options.apply();

        // printf 42 | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
        assertThat(UserNames.of(42)).isEqualTo("u:3b12d0412db185c9");
        assertThat(UserNames.of(43)).startsWith("u:").isNotEqualTo(UserNames.of(42));
        assertThat(UserNames.areHidden()).isTrue();
    }

    @Test
    void keyThatIsNoneIsAFaultThatDoesNotShowIt() throws Exception {
        Path shortKey = Files.writeString(dir.resolve("short"), "hunter2");
        parse("--log-user-key-file=" + shortKey);
        assertThatThrownBy(options::apply)
                .isInstanceOf(StartFailure.class)
                .hasMessageEndingWith("has 7 bytes (expected: 16..1024)")
                .hasMessageNotContaining("hunter2");
        assertThat(UserNames.areHidden()).isFalse();

        parse("--log-user-key-file=/nowhere");
        Faults faults = new Faults();
        options.validate(faults);
        assertThat(faults.lines()).containsExactly("log-user-key-file: /nowhere (expected: a file that can be read)");
    }

    private void parse(String flag) {
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(flag);
    }
}
