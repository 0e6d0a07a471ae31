package io.seckill.server.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Timestamp;
import io.seckill.server.console.Part.Known;
import io.seckill.v1.Activity;
import io.seckill.v1.ActivityServiceGrpc;
import java.util.Collection;
import java.util.function.Function;

/** What the page is told of things that are not one sale's numbers. Ids are texts, since browsers round long numbers. */
final class Json {
    private static final int MILLIS_PER_SECOND = 1_000;
    private static final int NANOS_PER_MILLI = 1_000_000;

    private Json() {}

    /** Who looks, and what the page may offer. */
    static JsonObject of(Viewer viewer) {
        JsonObject json = new JsonObject();
        json.addProperty("name", viewer.rights().name());
        json.add("roles", array(viewer.rights().roles(), Json::text));
        json.addProperty("asked", viewer.rights().identity().isPresent());
        json.addProperty(
                "mayPause",
                viewer.rights().mayCall(ActivityServiceGrpc.getPauseActivityMethod())
                        && viewer.rights().mayCall(ActivityServiceGrpc.getResumeActivityMethod()));
        json.addProperty("mayAddStock", viewer.rights().mayCall(ActivityServiceGrpc.getAddStockMethod()));
        return json;
    }

    /** A sale as its operator made it. */
    static JsonObject of(Activity sale) {
        JsonObject json = new JsonObject();
        json.addProperty("id", Long.toString(sale.getActivityId()));
        json.addProperty("name", sale.getName());
        json.addProperty("state", sale.getState().name());
        json.addProperty("start", millis(sale.getStartTime()));
        json.addProperty("end", millis(sale.getEndTime()));
        json.addProperty("preheated", sale.hasPreheatTime());
        json.addProperty("closed", sale.hasCloseTime());
        json.addProperty("shards", sale.getShards());
        json.addProperty("products", sale.getProductsCount());
        return json;
    }

    /** A part: how old, what went wrong since, and what was read. */
    static <T> JsonObject of(Known<T> known, Function<T, JsonElement> value) {
        JsonObject json = new JsonObject();
        json.addProperty("ageMillis", known.age().toMillis());
        known.failure().ifPresent(failure -> {
            json.addProperty("error", failure.reason());
            json.addProperty("message", failure.message());
        });
        known.value().ifPresent(read -> json.add("value", value.apply(read)));
        return json;
    }

    static <T> JsonArray array(Collection<T> all, Function<T, JsonElement> element) {
        JsonArray array = new JsonArray();
        all.forEach(each -> array.add(element.apply(each)));
        return array;
    }

    static JsonElement text(String text) {
        return new JsonPrimitive(text);
    }

    static long millis(Timestamp moment) {
        return moment.getSeconds() * MILLIS_PER_SECOND + moment.getNanos() / NANOS_PER_MILLI;
    }
}
