package io.seckill.cli.bench;

import io.grpc.Server;
import io.seckill.bench.ceiling.EchoService;
import io.seckill.server.GrpcEndpoint;
import io.seckill.server.ServerSettings;
import io.seckill.server.sockets.Sockets;
import io.seckill.settings.StartFailure;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seckill bench-echo}: the socket of the server with nothing behind it, for {@code bench} to compare with. */
@Command(name = "bench-echo", hidden = true, description = "Answers every request at once, on the server's own socket.")
public final class EchoCommand implements Callable<Integer> {
    @Option(names = "--grpc-port", required = true, paramLabel = "PORT")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        ServerSettings.Grpc settings = ServerSettings.Grpc.local(port);
        Sockets sockets = Sockets.unwatched(settings.limits().connections());
        Server server = GrpcEndpoint.bare(settings, sockets, new EchoService());
        try {
            server.start();
        } catch (IOException e) {
            throw new StartFailure("cannot listen on port " + port + ": " + e.getMessage(), e);
        }
        server.awaitTermination(); // until the process is told to end
        return 0;
    }
}
