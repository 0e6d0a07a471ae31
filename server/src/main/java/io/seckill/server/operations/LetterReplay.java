package io.seckill.server.operations;

import static io.seckill.books.recording.LetterReason.DATA_ERROR;
import static io.seckill.books.recording.LetterReason.MALFORMED;

import io.seckill.books.recording.FailureKind;
import io.seckill.books.recording.LetterReason;
import io.seckill.books.recording.LineStore;
import io.seckill.books.recording.Refusal;
import io.seckill.server.failure.Reason;
import io.seckill.server.failure.RequestFailure;
import io.seckill.settings.logging.Logging;
import io.seckill.stock.DeadLetter;
import io.seckill.stock.DecodedEntry;
import io.seckill.stock.EntryCodec;
import io.seckill.stock.RemoveLettersScript;
import io.seckill.stock.RenewLetterScript;
import io.seckill.stock.StockKeys;
import io.seckill.stock.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries dead letters again, each alone and by the code that records entries, so that nothing is recorded twice however
 * many do it at once. Blocking, thread-safe.
 */
public final class LetterReplay {
    private static final int MAX_DETAIL_LENGTH = 500;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(LetterReplay.class);

    private final DeadLetterFile file;
    private final LineStore store;
    private final RemoveLettersScript remove;
    private final RenewLetterScript renew;

    public LetterReplay(DeadLetterFile file, LineStore store, RemoveLettersScript remove, RenewLetterScript renew) {
        this.file = file;
        this.store = store;
        this.remove = remove;
        this.renew = renew;
    }

    /**
     * What became of the letters. One that failed and that somebody else dealt with meanwhile is in neither.
     *
     * @param failed as they stand now
     */
    public record Result(List<LetterAddress> recorded, List<FiledLetter> failed) {}

    /** Why a letter was not recorded. */
    private record Failure(LetterReason reason, String detail, String sqlState) {
        Failure {
            detail = detail.substring(0, Math.min(detail.length(), MAX_DETAIL_LENGTH));
        }
    }

    /** Replays letters; does nothing, and fails, if one of them is not there. */
    public Result replay(LetterPlace place, Collection<LetterAddress> addresses) {
        List<FiledLetter> letters = file.find(place, addresses);
        List<LetterAddress> recorded = new ArrayList<>();
        List<FiledLetter> failed = new ArrayList<>();
        for (int i = 0; i < letters.size(); i++) {
            FiledLetter filed = letters.get(i);
            String key = place.key(filed.address().shard());
            Optional<Failure> failure = record(key, filed.letter(), letters.size() - i);
            if (failure.isEmpty()) {
                RedisAnswers.await(remove.remove(key, List.of(filed.letter().id())));
                recorded.add(filed.address());
                log.info(
                        Logging.EVERY_ONE,
                        "dead letter {} of {} is recorded",
                        filed.letter().id(),
                        key);
            } else {
                renew(key, filed, failure.get()).ifPresent(failed::add);
            }
        }
        return new Result(recorded, failed);
    }

    private Optional<Failure> record(String key, DeadLetter letter, int left) {
        if (letter.truncated() > 0) {
            return malformed(letter.truncated() + " of the entry's fields were cut off when it was set aside");
        }
        if (StreamId.parse(letter.streamId()).isEmpty()) {
            return malformed("id: " + letter.streamId() + " (expected: an id of a stream)");
        }
        if (!StockKeys.deadLettersOf(letter.stream()).equals(key)) {
            return malformed("stream: " + letter.stream() + " (expected: one whose dead letters are in " + key + ")");
        }
        DecodedEntry entry = EntryCodec.decode(letter.entry());
        if (entry instanceof DecodedEntry.Malformed malformed) {
            return malformed(malformed.fault());
        }
        try {
            return store.insert(List.of(entry)).stream().findFirst().map(LetterReplay::failure);
        } catch (DataAccessException e) {
            if (FailureKind.of(e) == FailureKind.DATA) {
                return Optional.of(new Failure(DATA_ERROR, FailureKind.firstLine(e), FailureKind.sqlState(e)));
            }
            log.warn(
                    "PostgreSQL did not record dead letter {} of {}, which stays: {}",
                    letter.id(),
                    key,
                    FailureKind.firstLine(e));
            throw RequestFailure.retryable(
                    Reason.DATABASE_UNAVAILABLE,
                    "PostgreSQL did not serve the replay; " + left + " letters stay as they were: replay them again",
                    RETRY_AFTER);
        }
    }

    private static Optional<Failure> malformed(String detail) {
        return Optional.of(new Failure(MALFORMED, detail, ""));
    }

    private static Failure failure(Refusal refusal) {
        return new Failure(refusal.reason(), refusal.detail(), refusal.sqlState());
    }

    private Optional<FiledLetter> renew(String key, FiledLetter filed, Failure failure) {
        StreamId old = filed.letter().id();
        String reason = failure.reason().name();
        return RedisAnswers.await(renew.renew(key, old, reason, failure.detail(), failure.sqlState()))
                .map(renewed -> {
                    log.warn(
                            Logging.EVERY_ONE,
                            "dead letter {} of {} failed again and is now {}: {}: {}",
                            old,
                            key,
                            renewed.id(),
                            reason,
                            failure.detail());
                    return new FiledLetter(
                            new LetterAddress(filed.address().shard(), renewed.id()),
                            filed.letter().renewed(renewed, reason, failure.detail(), failure.sqlState()));
                });
    }
}
