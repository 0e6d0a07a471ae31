package io.seckill.server.console;

import static io.seckill.server.console.Json.array;
import static io.seckill.server.console.Json.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.seckill.server.selling.SaleTally;
import io.seckill.stock.StockKeys;
import io.seckill.v1.ConsumerDescription;
import io.seckill.v1.DeadLetter;
import io.seckill.v1.DescribeStreamsResponse;
import io.seckill.v1.GetStockResponse;
import io.seckill.v1.ListDeadLettersResponse;
import io.seckill.v1.ProductBooks;
import io.seckill.v1.ProductStock;
import io.seckill.v1.ReconcileResponse;
import io.seckill.v1.StreamDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the page is told of one sale; everything in it is bounded. */
final class StateJson {
    private static final int MAX_PRODUCTS = 100;
    private static final int MAX_WORKERS = 20;
    private static final int MAX_FINDINGS = 20;
    private static final int MAX_TEXT = 300;

    private StateJson() {}

    /** Everything that is known, with the points of its history after a moment. */
    static JsonObject of(SaleWatch watch, SaleTally.Counts counts, List<Long> epochs, long after) {
        JsonObject json = new JsonObject();
        json.add("activity", Json.of(watch.activity.known(), found -> Json.of(found.getActivity())));
        json.add("stock", Json.of(watch.stock.known(), StateJson::stock));
        json.add("streams", Json.of(watch.streams.known(), StateJson::streams));
        json.add("letters", Json.of(watch.letters.known(), StateJson::letters));
        json.add("books", Json.of(watch.books.known(), StateJson::books));
        json.add("counts", counts(counts));
        json.add("epochs", array(epochs, JsonPrimitive::new));
        json.add("history", watch.history.after(after));
        return json;
    }

    private static JsonElement stock(GetStockResponse stock) {
        List<ProductStock> products = stock.getProductsList();
        JsonObject json = new JsonObject();
        json.addProperty(
                "total", products.stream().mapToLong(ProductStock::getTotal).sum());
        json.addProperty(
                "remaining",
                products.stream().mapToLong(ProductStock::getRemaining).sum());
        json.addProperty("moreProducts", Math.max(0, products.size() - MAX_PRODUCTS));
        json.add("products", array(first(products, MAX_PRODUCTS), product -> {
            JsonObject line = new JsonObject();
            line.addProperty("id", Long.toString(product.getProductId()));
            line.addProperty("total", product.getTotal());
            line.addProperty("remaining", product.getRemaining());
            return line;
        }));
        return json;
    }

    private static JsonElement streams(DescribeStreamsResponse streams) {
        Map<Long, long[]> byProduct = new TreeMap<>();
        Map<String, ConsumerDescription> workers = new TreeMap<>();
        long unread = 0;
        long pending = 0;
        long letters = 0;
        for (StreamDescription stream : streams.getStreamsList()) {
            if (StockKeys.productOf(stream.getStream()).isEmpty()) {
                letters += stream.getLength();
                continue;
            }
            unread += stream.getLag();
            pending += stream.getPending();
            byProduct
                            .computeIfAbsent(
                                    StockKeys.productOf(stream.getStream()).orElseThrow(), product -> new long[1])[0] +=
                    stream.getLength();
            stream.getConsumersList().forEach(consumer -> workers.merge(consumer.getName(), consumer, StateJson::both));
        }
        Delays delays = Delays.of(streams);
        JsonObject waiting = new JsonObject();
        byProduct.entrySet().stream()
                .limit(MAX_PRODUCTS)
                .forEach(product -> waiting.addProperty(Long.toString(product.getKey()), product.getValue()[0]));
        JsonObject json = new JsonObject();
        json.addProperty("unread", unread);
        json.addProperty("pending", pending);
        json.addProperty("queueMillis", delays.queue().toMillis());
        json.addProperty("recordMillis", delays.record().toMillis());
        json.addProperty("letters", letters);
        json.add("waiting", waiting);
        json.add("workers", array(busiest(workers), StateJson::worker));
        json.addProperty("moreWorkers", Math.max(0, workers.size() - MAX_WORKERS));
        return json;
    }

    private static List<ConsumerDescription> busiest(Map<String, ConsumerDescription> workers) {
        List<ConsumerDescription> all = new ArrayList<>(workers.values());
        all.sort(Comparator.comparing(worker -> Delays.duration(worker.getIdle())));
        return first(all, MAX_WORKERS);
    }

    /** One worker, of what two streams say of it. */
    private static ConsumerDescription both(ConsumerDescription one, ConsumerDescription other) {
        boolean later = Delays.duration(one.getIdle()).compareTo(Delays.duration(other.getIdle())) > 0;
        return one.toBuilder()
                .setPending(one.getPending() + other.getPending())
                .setIdle(later ? other.getIdle() : one.getIdle())
                .build();
    }

    private static JsonElement worker(ConsumerDescription worker) {
        JsonObject json = new JsonObject();
        json.addProperty("name", cut(worker.getName()));
        json.addProperty("pending", worker.getPending());
        json.addProperty("idleMillis", Delays.duration(worker.getIdle()).toMillis());
        return json;
    }

    private static JsonElement letters(ListDeadLettersResponse letters) {
        return array(letters.getDeadLettersList(), StateJson::letter);
    }

    private static JsonElement letter(DeadLetter letter) {
        JsonObject json = new JsonObject();
        json.addProperty("id", letter.getDeadLetterId());
        json.addProperty("reason", cut(letter.getReason()));
        json.addProperty("detail", cut(letter.getDetail()));
        json.addProperty("attempts", letter.getAttempts());
        json.addProperty("stream", cut(letter.getStream()));
        json.addProperty("entry", cut(letter.getStreamId()));
        json.addProperty("at", Json.millis(letter.getCreateTime()));
        return json;
    }

    private static JsonElement books(ReconcileResponse books) {
        JsonObject differences = new JsonObject();
        List<String> findings = new ArrayList<>(books.getFindingsList());
        long difference = 0;
        for (ProductBooks product : books.getProductsList()) {
            difference += Math.abs(product.getDifference());
            if (product.getDifference() != 0) {
                differences.addProperty(Long.toString(product.getProductId()), product.getDifference());
            }
            product.getFindingsList()
                    .forEach(finding -> findings.add("product " + product.getProductId() + ": " + finding));
        }
        JsonObject json = new JsonObject();
        json.addProperty("difference", difference);
        json.addProperty(
                "quarantined",
                books.getProductsList().stream()
                        .mapToLong(ProductBooks::getQuarantined)
                        .sum());
        json.add("differences", differences);
        json.add("findings", array(first(findings, MAX_FINDINGS), finding -> text(cut(finding))));
        json.addProperty("moreFindings", Math.max(0, findings.size() - MAX_FINDINGS));
        return json;
    }

    private static JsonElement counts(SaleTally.Counts counts) {
        JsonObject json = new JsonObject();
        counts.decided().forEach((outcome, count) -> json.addProperty(outcome.name(), count));
        json.addProperty("INVALID", counts.invalid());
        json.addProperty("FAILED", counts.failed());
        return json;
    }

    private static <T> List<T> first(List<T> all, int most) {
        return all.subList(0, Math.min(all.size(), most));
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }
}
