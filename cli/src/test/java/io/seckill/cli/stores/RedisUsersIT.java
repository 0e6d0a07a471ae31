package io.seckill.cli.stores;

import static io.seckill.cli.stores.RedisUsers.OPERATOR;
import static io.seckill.cli.stores.RedisUsers.SERVER;
import static io.seckill.cli.stores.RedisUsers.WORKER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seckill.embedded.ProcessFailure;
import io.seckill.stock.RedisAdvice;
import io.seckill.stock.StockRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the users of {@code ops/redis/users.acl} may do, and above all what not. */
class RedisUsersIT {
    private static final Path SCRIPTS = Path.of("../stock/src/main/resources/lua");
    private static final Pattern CALL =
            Pattern.compile("redis\\.p?call\\('([A-Z]+)'(?:, *'(STREAM|GROUPS|CONSUMERS|CREATE|DELCONSUMER)')?");

    /** Scripts that only one of the two ever runs; all others are run by both. */
    private static final Set<String> SERVERS_OWN =
            Set.of("reserve", "run_id", "read_letters", "remove_letters", "renew_letter");

    private static final Set<String> WORKERS_OWN = Set.of("acknowledge", "dead_letter", "forget_consumers", "close");

    @TempDir
    private static Path dir;

    private static RedisUsers redis;

    @BeforeAll
    static void start() {
        redis = new RedisUsers(dir);
        redis.run("HSET", "seckill:{1.0}:pool", "epoch", "1");
        redis.run("SET", "another:key", "1");
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    FLUSHALL                              | seckill-server, seckill-worker, seckill-operator
                    FLUSHDB                               | seckill-server, seckill-worker, seckill-operator
                    CONFIG SET appendonly no              | seckill-server, seckill-worker, seckill-operator
                    CONFIG GET append*                    | seckill-worker, seckill-operator
                    ACL LIST                              | seckill-server, seckill-worker, seckill-operator
                    SHUTDOWN                              | seckill-server, seckill-worker, seckill-operator
                    KEYS *                                | seckill-server, seckill-worker, seckill-operator
                    REPLICAOF NO ONE                      | seckill-server, seckill-worker, seckill-operator
                    MONITOR                               | seckill-server, seckill-worker, seckill-operator
                    SUBSCRIBE any                         | seckill-server, seckill-worker, seckill-operator
                    GET another:key                       | seckill-server, seckill-worker, seckill-operator
                    DEL another:key                       | seckill-server, seckill-worker, seckill-operator
                    HGETALL another:key                   | seckill-server, seckill-worker, seckill-operator
                    XADD another:stream * a 1             | seckill-server, seckill-worker, seckill-operator
                    EVAL return(redis.call('GET','another:key')) 0 | seckill-server, seckill-worker, seckill-operator
                    EVAL return(redis.call('FLUSHALL')) 0 | seckill-server, seckill-worker, seckill-operator
                    XGROUP DESTROY stream:seckill:{1.0}:1 g1 | seckill-server, seckill-worker, seckill-operator
                    XTRIM stream:seckill:{1.0}:1 MAXLEN 0 | seckill-server, seckill-worker, seckill-operator
                    RENAME seckill:{1.0}:pool seckill:{1.0}:p | seckill-server, seckill-worker, seckill-operator
                    EXPIRE seckill:{1.0}:pool 1           | seckill-server, seckill-worker, seckill-operator
                    XREADGROUP GROUP g1 c STREAMS stream:seckill:{1.0}:1 > | seckill-server, seckill-operator
                    XACK stream:seckill:{1.0}:1 g1 1-1    | seckill-server, seckill-operator
                    SCRIPT FLUSH                          | seckill-worker, seckill-operator
                    PEXPIREAT seckill:{1.0}:pool 1        | seckill-worker, seckill-operator
                    HSET seckill:{1.0}:pool epoch 2       | seckill-operator
                    XADD stream:seckill:{1.0}:1 * a 1     | seckill-operator
                    XDEL stream:seckill:{1.0}:1 1-1       | seckill-operator
                    DEL seckill:{1.0}:pool                | seckill-operator
                    EVAL return(1) 0                      | seckill-operator
                    """)
    void isRefused(String command, String users) {
        for (String user : users.split(", ", -1)) {
            assertThatThrownBy(() -> redis.runAs(user, command.split(" +", -1)))
                    .as("%s: %s", user, command)
                    .isInstanceOf(ProcessFailure.class)
                    .hasMessageMatching(
                            "(?s).*(NOPERM|can't run this command|can't access at least one of the keys).*");
        }
        assertThat(redis.run("HGET", "seckill:{1.0}:pool", "epoch")).isEqualTo("1");
    }

    @Test
    void operatorLooksAtWhatRunbooksName() {
        redis.run("XGROUP", "CREATE", "stream:seckill:{9.0}:1001", "g1", "0", "MKSTREAM");
        for (String command : List.of(
                "PING",
                "INFO",
                "DBSIZE",
                "SCAN 0 MATCH seckill:*",
                "TYPE seckill:{1.0}:pool",
                "HGETALL seckill:{1.0}:pool",
                "MEMORY USAGE seckill:{1.0}:pool",
                "XLEN stream:seckill:{9.0}:1001",
                "XRANGE stream:seckill:{9.0}:1001 - +",
                "XINFO STREAM stream:seckill:{9.0}:1001",
                "XINFO GROUPS stream:seckill:{9.0}:1001",
                "XINFO CONSUMERS stream:seckill:{9.0}:1001 g1",
                "XPENDING stream:seckill:{9.0}:1001 g1",
                "XRANGE {stream:seckill:1001}:dlq - +",
                "SLOWLOG GET",
                "CLIENT LIST")) {
            assertThat(redis.runAs(OPERATOR, command.split(" ", -1)))
                    .as(command)
                    .isNotNull();
        }
    }

    @Test
    void everyCommandOfEveryScriptIsAllowedToWhoRunsIt() throws IOException {
        List<String> refused = new ArrayList<>();
        try (Stream<Path> scripts = Files.list(SCRIPTS)) {
            for (Path script : scripts.toList()) {
                String name = script.getFileName().toString().replace(".lua", "");
                Set<String> commands = commands(Files.readString(script));
                assertThat(commands).as(name).isNotEmpty();
                for (String user : users(name)) {
                    for (String command : commands) {
                        if (!mayRun(user, command)) {
                            refused.add(user + " runs " + name + ".lua, and may not " + command);
                        }
                    }
                }
            }
        }
        assertThat(refused).isEmpty();
    }

    private static List<String> users(String script) {
        if (SERVERS_OWN.contains(script)) {
            return List.of(SERVER);
        }
        return WORKERS_OWN.contains(script) ? List.of(WORKER) : List.of(SERVER, WORKER);
    }

    private static Set<String> commands(String script) {
        Set<String> commands = new TreeSet<>();
        Matcher call = CALL.matcher(script);
        while (call.find()) {
            commands.add(call.group(2) == null ? call.group(1) : call.group(1) + "|" + call.group(2));
        }
        return commands;
    }

    /** By the file: Redis shows what it read in another way, and a trial run would need the right number of arguments. */
    private static boolean mayRun(String user, String command) throws IOException {
        return Files.readString(RedisUsers.ACL)
                .lines()
                .filter(line -> line.startsWith("user " + user + " "))
                .anyMatch(line -> List.of(line.split(" ", -1)).contains("+" + command.toLowerCase(Locale.ROOT)));
    }

    /** Redis that is run by somebody else may not let itself be asked. */
    @Test
    void adviceThatIsRefusedIsAWarningAndNothingElse() {
        redis.run("ACL", "SETUSER", SERVER, "-config|get");
        try (StockRedis server = StockRedis.connect(redis.settings(SERVER), "test")) {
            assertThat(new RedisAdvice(server).sentences())
                    .singleElement()
                    .asString()
                    .contains("does not say how it is set (allow +config|get");
        } finally {
            redis.run("ACL", "SETUSER", SERVER, "+config|get");
        }
    }

    /** One who forgets to put a password in gets no Redis, rather than one that everybody may use. */
    @Test
    void fileAsItIsLetsNobodyIn() throws IOException {
        assertThat(Files.readString(RedisUsers.ACL).lines())
                .allMatch(line -> line.startsWith("user default reset off ") || line.contains(" on #SHA256-OF-"))
                .noneMatch(line -> line.contains("nopass"));
        assertThatThrownBy(() -> redis.runAs("default", "PING")).hasMessageContaining("WRONGPASS");
    }
}
