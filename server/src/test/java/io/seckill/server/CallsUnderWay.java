package io.seckill.server;

import io.grpc.channelz.v1.GetServerSocketsRequest;
import io.grpc.channelz.v1.GetServerSocketsResponse;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.channelz.v1.GetServersResponse;
import io.grpc.channelz.v1.GetSocketRequest;
import io.grpc.channelz.v1.GetSocketResponse;
import io.grpc.channelz.v1.Server;
import io.grpc.channelz.v1.Socket;
import io.grpc.channelz.v1.SocketData;
import io.grpc.channelz.v1.SocketRef;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** How many calls a server of this process has not ended, by what channelz knows of its sockets. */
final class CallsUnderWay {
    private static final ChannelzService CHANNELZ = ChannelzService.newInstance(100);

    private CallsUnderWay() {}

    /** Calls of all connections that are open to a port. */
    static long at(int port) {
        GetServersResponse servers =
                answer(answer -> CHANNELZ.getServers(GetServersRequest.getDefaultInstance(), answer));
        return servers.getServerList().stream()
                .filter(server -> listensAt(server, port))
                .mapToLong(CallsUnderWay::of)
                .sum();
    }

    private static boolean listensAt(Server server, int port) {
        return server.getListenSocketList().stream()
                .anyMatch(ref -> socket(ref).getLocal().getTcpipAddress().getPort() == port);
    }

    private static long of(Server server) {
        GetServerSocketsResponse sockets = answer(answer -> CHANNELZ.getServerSockets(
                GetServerSocketsRequest.newBuilder()
                        .setServerId(server.getRef().getServerId())
                        .build(),
                answer));
        return sockets.getSocketRefList().stream()
                .map(ref -> socket(ref).getData())
                .mapToLong(CallsUnderWay::of)
                .sum();
    }

    private static long of(SocketData data) {
        return data.getStreamsStarted() - data.getStreamsSucceeded() - data.getStreamsFailed();
    }

    private static Socket socket(SocketRef ref) {
        GetSocketResponse response = answer(answer -> CHANNELZ.getSocket(
                GetSocketRequest.newBuilder().setSocketId(ref.getSocketId()).build(), answer));
        return response.getSocket();
    }

    private static <A> A answer(Consumer<StreamObserver<A>> call) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        call.accept(new StreamObserver<>() {
            @Override
            public void onNext(A message) {
                answer.complete(message);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return answer.join();
    }
}
