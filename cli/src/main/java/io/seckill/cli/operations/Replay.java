package io.seckill.cli.operations;

import io.seckill.cli.client.CallFailures;
import io.seckill.cli.client.ServerConnection;
import io.seckill.settings.StartFailure;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.ListDeadLettersRequest;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.ReplayDeadLettersRequest;
import io.seckill.v1.ReplayDeadLettersResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** One replay of any number of dead letters, and what came of it. Not thread-safe. */
final class Replay {
    private static final int MAX_LETTERS_PER_CALL = 100;
    private static final String NOT_FOUND = "DEAD_LETTER_NOT_FOUND";

    private final ServerConnection connection;
    private final LetterOptions letters;
    private final ReplayDeadLettersResponse.Builder result = ReplayDeadLettersResponse.newBuilder();
    private int asked;

    Replay(ServerConnection connection, LetterOptions letters) {
        this.connection = connection;
        this.letters = letters;
    }

    /** The ids of all letters that are there now. Collected before the first is replayed: those that fail come back. */
    List<String> present() {
        List<String> ids = new ArrayList<>();
        String token = "";
        do {
            ListDeadLettersRequest request = ListDeadLettersRequest.newBuilder()
                    .setActivityId(letters.activityId())
                    .setStream(letters.stream())
                    .setPageSize(MAX_LETTERS_PER_CALL)
                    .setPageToken(token)
                    .build();
            ListDeadLettersResponse page = connection.operations(stub -> stub.listDeadLetters(request));
            page.getDeadLettersList().stream().map(DeadLetter::getDeadLetterId).forEach(ids::add);
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return ids;
    }

    /**
     * Replays letters in as many calls as it takes.
     *
     * @param progress is told how many are done
     */
    void all(List<String> ids, LongConsumer progress) {
        for (int from = 0; from < ids.size(); from += MAX_LETTERS_PER_CALL) {
            List<String> some = ids.subList(from, Math.min(from + MAX_LETTERS_PER_CALL, ids.size()));
            if (!ifAllAreThere(some)) {
                some.forEach(id -> ifAllAreThere(List.of(id)));
            }
            progress.accept(from + some.size());
        }
    }

    /** False if one of them is gone, since somebody else deals with letters too; then nothing was done. */
    private boolean ifAllAreThere(List<String> ids) {
        try {
            some(ids);
            return true;
        } catch (StartFailure e) {
            if (CallFailures.reason(e).equals(NOT_FOUND)) {
                asked += ids.size() == 1 ? 1 : 0;
                return false;
            }
            throw e;
        }
    }

    /** Replays letters in one call. */
    void some(List<String> ids) {
        ReplayDeadLettersRequest request = ReplayDeadLettersRequest.newBuilder()
                .setActivityId(letters.activityId())
                .setStream(letters.stream())
                .addAllDeadLetterIds(ids)
                .build();
        ReplayDeadLettersResponse answer = connection.operations(stub -> stub.replayDeadLetters(request));
        result.mergeFrom(answer);
        asked += ids.size();
    }

    ReplayDeadLettersResponse result() {
        return result.build();
    }

    /** How many there were of what, such as {@code 3 recorded, 1 failed again}. */
    String summary() {
        int others = asked - result.getRecordedIdsCount() - result.getFailedCount();
        return result.getRecordedIdsCount() + " recorded, " + result.getFailedCount() + " failed again"
                + (others > 0 ? ", " + others + " dealt with by somebody else" : "");
    }
}
