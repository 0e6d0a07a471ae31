package io.seckill.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisProcessIT {
    @TempDir
    private Path dir;

    @Test
    void whatWasSyncedSurvivesAKill() throws Exception {
        int port = FreePorts.next();
        RedisProcess first = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
        assertThat(command(port, "SET stock 100")).isEqualTo("+OK");
        first.kill();
        try (RedisProcess second = RedisProcess.start(dir, port, Map.of())) {
            assertThat(second.url()).isEqualTo("redis://127.0.0.1:" + port);
            assertThat(command(port, "EXISTS stock")).isEqualTo(":1");
        }
    }

    @Test
    void tornTransactionAtTheEndOfTheFileIsGoneForGood() throws Exception {
        int port = FreePorts.next();
        RedisProcess first = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
        assertThat(command(port, "EVAL \"redis.call('SET','one','1') redis.call('SET','other','1')\" 0"))
                .isEqualTo("$-1");
        first.kill();
        cutOff(3);
        RedisProcess second = RedisProcess.start(dir, port, Map.of("appendfsync", "always"));
        assertThat(command(port, "SET later 1")).isEqualTo("+OK");
        second.kill();
        try (RedisProcess third = RedisProcess.start(dir, port, Map.of())) {
            assertThat(third.port()).isEqualTo(port);
            assertThat(command(port, "EXISTS one other")).isEqualTo(":0");
            assertThat(command(port, "EXISTS later")).isEqualTo(":1");
        }
    }

    private void cutOff(int bytes) throws Exception {
        try (FileChannel file = FileChannel.open(
                dir.resolve("appendonlydir").resolve("appendonly.aof.1.incr.aof"), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - bytes);
        }
    }

    @Test
    void orphanOfAnEarlierRunIsStopped() {
        RedisProcess orphan = RedisProcess.start(dir, FreePorts.next(), Map.of());
        RedisProcess.stopOrphan(dir);

        assertThat(ProcessHandle.of(orphan.pid()).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void badSettingIsReportedWithTheLog() {
        assertThatThrownBy(() -> RedisProcess.start(dir, FreePorts.next(), Map.of("no-such-directive", "1")))
                .isInstanceOf(ProcessFailure.class)
                .hasMessageContaining("redis.log");
    }

    private static String command(int port, String line) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }
}
