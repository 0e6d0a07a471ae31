package io.seckill.server.console;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a browser is answered. Every answer says that nothing may be loaded from elsewhere, framed, guessed or kept. */
record HttpAnswer(int status, String type, String body, Map<String, String> headers) {
    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TOO_LARGE = 413;
    static final int NOT_JSON = 415;
    static final int MISDIRECTED = 421;
    static final int UNAVAILABLE = 503;
    private static final int MOVED = 308;

    private static final String JSON = "application/json; charset=utf-8";
    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    static HttpAnswer of(String type, String body) {
        return new HttpAnswer(OK, type, body, Map.of());
    }

    static HttpAnswer json(int status, JsonElement json) {
        return new HttpAnswer(status, JSON, json.toString(), Map.of());
    }

    /**
     * Why not.
     *
     * @param reason for programs
     * @param message for people
     */
    static HttpAnswer refusal(int status, String reason, String message) {
        JsonObject json = new JsonObject();
        json.addProperty("error", reason);
        json.addProperty("message", message);
        return json(status, json);
    }

    static HttpAnswer methodNotAllowed(String allowed) {
        HttpAnswer refusal = refusal(METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "expected: " + allowed);
        return new HttpAnswer(refusal.status(), refusal.type(), refusal.body(), Map.of("Allow", allowed));
    }

    static HttpAnswer moved(String to) {
        return new HttpAnswer(MOVED, JSON, "", Map.of("Location", to));
    }

    void send(HttpExchange exchange) throws IOException {
        Headers sent = exchange.getResponseHeaders();
        ALWAYS.forEach(sent::set);
        headers.forEach(sent::set);
        sent.set("Content-Type", type);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
