package io.seckill.cli.stores;

import io.seckill.embedded.FreePorts;
import io.seckill.embedded.ProcessFailure;
import io.seckill.embedded.RedisCommand;
import io.seckill.embedded.RedisProcess;
import io.seckill.stock.RedisAccess;
import io.seckill.stock.RedisSettings;
import io.seckill.stock.RedisTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A Redis that has the users of {@code ops/redis/users.acl}, and one more who may do everything. */
final class RedisUsers implements AutoCloseable {
    static final Path ACL = Path.of("../ops/redis/users.acl");
    static final String SERVER = "seckill-server";
    static final String WORKER = "seckill-worker";
    static final String OPERATOR = "seckill-operator";

    private static final String ROOT = "root";

    /** A key that the client tries when it connects, to find out whether it talks to a cluster; refused is as good as not. */
    private static final String PROBE = "test1";

    private final Path dir;
    private final int port = FreePorts.next();
    private RedisProcess redis;

    RedisUsers(Path dir) {
        this.dir = dir;
        start();
    }

    /** The file with passwords put in as the manual says. */
    private static String acl() {
        try {
            return Files.readString(ACL)
                            .replace("#SHA256-OF-THE-SERVERS-PASSWORD", hash(SERVER))
                            .replace("#SHA256-OF-THE-WORKERS-PASSWORD", hash(WORKER))
                            .replace("#SHA256-OF-THE-OPERATORS-PASSWORD", hash(OPERATOR))
                    + "user " + ROOT + " on " + hash(ROOT) + " ~* &* +@all\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String user) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(password(user).getBytes(StandardCharsets.UTF_8));
            return "#" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String password(String user) {
        return user + "'s password";
    }

    /** Starts it with what it had. */
    void start() {
        try {
            Path file = Files.writeString(Files.createDirectories(dir).resolve("users.acl"), acl());
            redis = RedisProcess.start(
                    dir,
                    port,
                    Map.of(
                            "appendfsync",
                            "always",
                            "aclfile",
                            file.toAbsolutePath().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void kill() {
        redis.kill();
    }

    /** How a part of ours connects as a user. */
    RedisSettings settings(String user) {
        return RedisSettings.of(redis.url()).withAccess(new RedisAccess(user, password(user), "", "", RedisTls.USUAL));
    }

    /** Runs a command as who may do everything. */
    String run(String... words) {
        return runAs(ROOT, words);
    }

    /** Runs a command as a user; throws {@link ProcessFailure} with what Redis says against it. */
    String runAs(String user, String... words) {
        return RedisCommand.runAs(user, password(user), port, words);
    }

    /** Every command and key that somebody was refused since the start, as Redis keeps them. */
    List<String> refusals() {
        List<String> log = run("ACL", "LOG", "128").lines().toList();
        return IntStream.range(0, log.size() - 1)
                .filter(i -> log.get(i).equals("object"))
                .mapToObj(i -> log.get(i + 1))
                .filter(object -> !object.equals(PROBE))
                .toList();
    }

    @Override
    public void close() {
        redis.close();
    }
}
