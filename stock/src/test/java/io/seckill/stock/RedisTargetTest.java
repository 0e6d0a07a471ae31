package io.seckill.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.settings.Faults;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisTargetTest {
    @Test
    void oneServer() {
        RedisTarget target = RedisTarget.parse("redis://shop:s3cret@10.0.0.1:6379/5");

        assertThat(target.kind()).isEqualTo(RedisTarget.Kind.SINGLE);
        assertThat(target.nodeUrls()).containsExactly("redis://10.0.0.1:6379");
        assertThat(target.user()).isEqualTo("shop");
        assertThat(target.password()).isEqualTo("s3cret");
        assertThat(target.database()).isEqualTo(5);
        assertThat(target.address()).isEqualTo("redis://10.0.0.1:6379");
    }

    @Test
    void clusterWithTls() {
        RedisTarget target = RedisTarget.parse("rediss+cluster://:s3%40cret%25+@a:7000,b:7001,c:7002");

        assertThat(target.kind()).isEqualTo(RedisTarget.Kind.CLUSTER);
        assertThat(target.nodeUrls()).containsExactly("rediss://a:7000", "rediss://b:7001", "rediss://c:7002");
        assertThat(target.user()).isEmpty();
        assertThat(target.password()).isEqualTo("s3@cret%+");
        assertThat(target.address()).isEqualTo("rediss+cluster://a:7000,b:7001,c:7002");
    }

    @Test
    void sentinels() {
        RedisTarget target = RedisTarget.parse("redis+sentinel://s3cret@a:26379,b:26379/sales-1/2");

        assertThat(target.kind()).isEqualTo(RedisTarget.Kind.SENTINEL);
        assertThat(target.nodeUrls()).isEqualTo(List.of("redis://a:26379", "redis://b:26379"));
        assertThat(target.masterName()).isEqualTo("sales-1");
        assertThat(target.password()).isEqualTo("s3cret");
        assertThat(target.database()).isEqualTo(2);
        assertThat(target.address()).isEqualTo("redis+sentinel://a:26379,b:26379/sales-1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http://a:1                              | redis://[user:password@]HOST:PORT
                    redis://a                               | redis://[user:password@]HOST:PORT
                    redis://a:b                             | redis://[user:password@]HOST:PORT
                    redis://u:s3cret@a                      | redis://[user:password@]HOST:PORT
                    redis://u:s3cret@x@a:1                  | redis://[user:password@]HOST:PORT
                    redis://u:s3cret/x@a:1                  | redis://[user:password@]HOST:PORT
                    redis://u:s3cret                        | redis://[user:password@]HOST:PORT
                    redis+ring://u:s3cret@a:1               | redis://[user:password@]HOST:PORT
                    redis+cluster://u:s3cret@a:1,           | redis://[user:password@]HOST:PORT
                    redis+cluster://u:s3cret@a:1,b          | redis://[user:password@]HOST:PORT
                    redis+cluster://u:s3cret@a:1,u:s3cret@b:2 | redis://[user:password@]HOST:PORT
                    redis://u:s3cret@a:0                    | ports in 1..65535
                    redis+cluster://u:s3cret@a:1,b:65536    | ports in 1..65535
                    redis://u:s3cret@a:1,b:2                | one HOST:PORT, or redis+cluster://
                    redis://u:s3cret@a:1/five               | a number of a database
                    redis+cluster://u:s3cret@a:1/1          | no database
                    redis+sentinel://u:s3cret@a:1           | with the name of the master
                    redis+sentinel://u:s3cret@a:1/          | with the name of the master
                    redis+sentinel://u:s3cret@a:1/m/x       | with the name of the master
                    redis://u:s3cret%zz@a:1                 | percent signs
                    redis://u:s3cret^@a:1                   | written as %XX
                    """)
    void wrongFormsSayWhatIsExpectedAndNeverThePassword(String url, String expected) {
        Faults faults = new Faults();
        RedisOptions.validateUrl(url, faults);

        assertThat(faults.lines())
                .singleElement()
                .asString()
                .startsWith("redis-url: ")
                .contains(expected);
        assertThat(faults.lines().toString()).doesNotContain("s3cret");
    }

    @Test
    void noTextShowsAPassword() {
        RedisSettings settings = RedisSettings.of("redis+sentinel://u:s3cret@a:1/m")
                .withAccess(new RedisAccess("u", "s3cret-too", "s", "s3cret-of-sentinels", RedisTls.USUAL));

        assertThat(settings.toString()).contains("redis+sentinel://a:1/m").doesNotContain("s3cret");
        assertThat(settings.target().toString()).doesNotContain("s3cret");
        assertThatThrownBy(() -> RedisTarget.parse("redis://u:s3cret@a")).hasMessageNotContaining("s3cret");
    }
}
