package io.seckill.server.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PeerPlacesTest {
    @Test
    void eachPeerHasItsOwn() {
        PeerPlaces<String> places = new PeerPlaces<>(2);

        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("a")).isFalse();
        assertThat(places.take("b")).isTrue();
        places.leave("a");
        assertThat(places.take("a")).isTrue();
    }

    @Test
    void nothingIsRememberedOfPeersThatAreGone() {
        PeerPlaces<Integer> places = new PeerPlaces<>(1);
        for (int peer = 0; peer < 1_000; peer++) {
            assertThat(places.take(peer)).isTrue();
            assertThat(places.take(peer)).isFalse();
            places.leave(peer);
        }

        assertThat(places.peers()).isZero();
    }

    @Test
    void whereThereIsNoLimitNothingIsCounted() {
        PeerPlaces<String> places = new PeerPlaces<>(0);

        assertThat(IntStream.range(0, 1_000)).allMatch(number -> places.take("a"));
        assertThat(places.peers()).isZero();
        places.leave("a");
    }

    @Test
    void manyThreadsLeaveNothingBehindAndNeverTakeTooMany() {
        PeerPlaces<Integer> places = new PeerPlaces<>(3);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        Places taken = new Places(6);
        for (int thread = 0; thread < 8; thread++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20_000; i++) {
                    int peer = ThreadLocalRandom.current().nextInt(2);
                    if (places.take(peer)) {
                        if (!taken.take()) {
                            throw new AssertionError("more than three of a peer");
                        }
                        taken.leave();
                        places.leave(peer);
                    }
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        assertThat(places.peers()).isZero();
        assertThat(taken.taken()).isZero();
    }
}
