package io.seckill.server.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {
    private final AllowedHosts hosts = new AllowedHosts(Set.of("console.shop"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9464",
                "127.0.0.1:9464",
                "127.8.9.10",
                "[::1]:9464",
                "[::1]",
                "console.shop",
                "Console.Shop:443",
                "192.0.2.7:9464"
            })
    void goodNamesAreAdmitted(String host) throws UnknownHostException {
        assertThat(hosts.admits(host, InetAddress.getByName("192.0.2.7"))).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ":9464",
                "stranger.test",
                "localhost.stranger.test",
                "127.0.0.1.stranger.test",
                "192.0.2.8",
                "[::1",
                "[::2]",
                "console.shop.stranger.test",
                "console.shop@stranger.test",
                "127.0.0.1@stranger.test"
            })
    void allOthersAreNot(@Nullable String host) throws UnknownHostException {
        assertThat(hosts.admits(host, InetAddress.getByName("192.0.2.7"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:9464, 127.0.0.1:9464",
        "https://console.shop, Console.Shop",
        "HTTP://[::1]:9464, [::1]:9464"
    })
    void ownPageMayChange(String origin, String host) {
        assertThat(hosts.admitsChange(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "null, 127.0.0.1:9464",
        "'', 127.0.0.1:9464",
        "http://127.0.0.1:8080, 127.0.0.1:9464",
        "http://stranger.test, 127.0.0.1:9464",
        "http://127.0.0.1:9464.stranger.test, 127.0.0.1:9464",
        "127.0.0.1:9464, 127.0.0.1:9464",
        "file://127.0.0.1:9464, 127.0.0.1:9464"
    })
    void otherPagesMayNot(String origin, String host) {
        assertThat(hosts.admitsChange(origin, host)).isFalse();
    }

    @Test
    void programsThatAreNoBrowserSendNoOrigin() {
        assertThat(hosts.admitsChange(null, "127.0.0.1:9464")).isTrue();
    }
}
