package io.seckill.server;

import io.seckill.observing.AdminEndpoint;
import io.seckill.observing.AdminSettings;
import io.seckill.server.access.AccessSettings;
import io.seckill.server.console.Console;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console on the admin port of a server, where there is to be one. */
final class ConsolePlace implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConsolePlace.class);

    private final AdminSettings shown;
    private final AdminEndpoint admin;
    private final Optional<Console> console;

    /** @param admin where it is put; not started yet */
    ConsolePlace(
            ServerSettings settings,
            AdminEndpoint admin,
            CallAccess access,
            GrpcEndpoint endpoint,
            Console.ThisServer thisServer,
            Clock clock) {
        this.shown = settings.admin();
        this.admin = admin;
        this.console = isWanted(settings)
                ? Optional.of(new Console(
                        settings.console(), shown.host(), endpoint.inProcess(), access.rights(), thisServer, clock))
                : Optional.empty();
        console.ifPresent(page -> admin.serveAt(Console.PATH, page));
    }

    /** Not where other machines could reach it and nobody is asked who he is. */
    private static boolean isWanted(ServerSettings settings) {
        if (settings.console().off() || settings.admin().isOff()) {
            return false;
        }
        String host = settings.admin().host();
        boolean safe = settings.access().authenticates() || AccessSettings.isLoopback(host);
        if (!safe) {
            log.warn(
                    "no console on {}, since callers are not authenticated: set --jwt-jwks, or --admin-host to an"
                            + " address of the loopback interface",
                    host);
        }
        return safe;
    }

    /** Where browsers find it once the admin port is listened on; empty if there is none. */
    Optional<String> url() {
        return console.map(page -> "http://" + shown.host() + ":" + admin.port() + Console.PATH + "/");
    }

    /** Ends what it has under way. Safe to call twice. */
    @Override
    public void close() {
        console.ifPresent(Console::close);
    }
}
