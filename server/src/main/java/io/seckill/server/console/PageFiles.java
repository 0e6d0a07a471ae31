package io.seckill.server.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the page, by their paths; nothing else can be asked for. */
final class PageFiles {
    private static final String INDEX = "index.html";
    private static final List<String> FILES = List.of(
            INDEX,
            "console.css",
            "icon.svg",
            "main.js",
            "server.js",
            "figures.js",
            "tables.js",
            "charts.js",
            "dialogs.js",
            "words.js");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml; charset=utf-8");

    private final Map<String, HttpAnswer> byPath = new HashMap<>();

    /** Reads them all. */
    PageFiles() {
        for (String file : FILES) {
            String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
            byPath.put(file.equals(INDEX) ? "" : file, HttpAnswer.of(String.valueOf(type), read(file)));
        }
    }

    private static String read(String file) {
        try (InputStream in = PageFiles.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is not among the resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file at a path below that of the page; the page itself at the empty one. */
    Optional<HttpAnswer> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }
}
