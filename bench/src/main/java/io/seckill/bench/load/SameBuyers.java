package io.seckill.bench.load;

import io.seckill.v1.SeckillRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Requests of the same buyers over and over, each under a request id that they did not use before. */
public final class SameBuyers implements Requests {
    private final AtomicLong count = new AtomicLong();
    private final List<SeckillRequest> requests;

    /** @param requests one of each buyer */
    public SameBuyers(List<SeckillRequest> requests) {
        this.requests = List.copyOf(requests);
    }

    @Override
    public SeckillRequest next(String requestId) {
        return requests.get((int) (count.getAndIncrement() % requests.size())).toBuilder()
                .setRequestId(requestId)
                .build();
    }
}
