package io.seckill.server.operations;

import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.server.selling.SaleCatalog;
import io.seckill.stock.DeadLetter;
import io.seckill.stock.DeadLetterReader;
import io.seckill.stock.DeadLetterReader.Start;
import io.seckill.stock.StreamId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The dead letters of all shards as one list, oldest first. Blocking, thread-safe. */
public final class DeadLetterFile {
    private static final int MAX_NAMED = 20;
    private static final Comparator<FiledLetter> OLDEST_FIRST = Comparator.comparing(FiledLetter::address);

    private final SaleCatalog sales;
    private final DeadLetterReader reader;

    public DeadLetterFile(SaleCatalog sales, DeadLetterReader reader) {
        this.sales = sales;
        this.reader = reader;
    }

    /**
     * A part of the list.
     *
     * @param more whether others follow
     */
    public record Page(List<FiledLetter> letters, boolean more) {}

    /**
     * Reads a page.
     *
     * @param after the last letter of the page before
     */
    public Page page(LetterPlace place, Optional<LetterAddress> after, int size) {
        List<FiledLetter> found = new ArrayList<>();
        for (int shard = 0; shard < shards(place); shard++) {
            Start start = start(shard, after);
            file(shard, RedisAnswers.await(reader.page(place.key(shard), start, size + 1)), found);
        }
        found.sort(OLDEST_FIRST);
        return new Page(List.copyOf(found.subList(0, Math.min(size, found.size()))), found.size() > size);
    }

    private static Start start(int shard, Optional<LetterAddress> after) {
        return after.map(last -> shard <= last.shard() ? Start.after(last.id()) : Start.at(last.id()))
                .orElse(Start.OLDEST);
    }

    /** Looks letters up; fails with {@link Reason#DEAD_LETTER_NOT_FOUND} if one of them is not there. */
    public List<FiledLetter> find(LetterPlace place, Collection<LetterAddress> addresses) {
        int shards = shards(place);
        Map<Integer, List<StreamId>> idsByShard = new TreeMap<>();
        for (LetterAddress address : addresses) {
            if (address.shard() < shards) {
                idsByShard
                        .computeIfAbsent(address.shard(), shard -> new ArrayList<>())
                        .add(address.id());
            }
        }
        List<FiledLetter> found = new ArrayList<>();
        idsByShard.forEach((shard, ids) -> file(shard, RedisAnswers.await(reader.find(place.key(shard), ids)), found));
        found.sort(OLDEST_FIRST);
        Set<LetterAddress> missing = new TreeSet<>(addresses);
        found.forEach(letter -> missing.remove(letter.address()));
        if (!missing.isEmpty()) {
            throw notFound(place, missing);
        }
        return found;
    }

    private int shards(LetterPlace place) {
        return place.isActivity() ? sales.require(place.activityId()).shards() : 1;
    }

    private static void file(int shard, List<DeadLetter> letters, List<FiledLetter> found) {
        letters.forEach(letter -> found.add(new FiledLetter(new LetterAddress(shard, letter.id()), letter)));
    }

    private static RequestFailure notFound(LetterPlace place, Set<LetterAddress> missing) {
        String named = missing.stream().limit(MAX_NAMED).map(place::nameOf).collect(Collectors.joining(", "));
        String more = missing.size() > MAX_NAMED ? " and " + (missing.size() - MAX_NAMED) + " more" : "";
        return RequestFailure.of(
                Reason.DEAD_LETTER_NOT_FOUND,
                "dead_letter_ids: " + named + more
                        + " (expected: letters that are there; somebody may have dealt with these)");
    }
}
