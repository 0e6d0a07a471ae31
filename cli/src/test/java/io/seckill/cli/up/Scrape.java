package io.seckill.cli.up;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a part showed when it was asked over HTTP. */
record Scrape(Map<String, Double> series) {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_]+=\"([^\"]*)\"");

    static Scrape of(String url) {
        Map<String, Double> series = new HashMap<>();
        get(url).body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> series.put(
                        line.substring(0, line.lastIndexOf(' ')),
                        Double.parseDouble(
                                line.substring(line.lastIndexOf(' ') + 1).replace("Inf", "Infinity"))));
        return new Scrape(series);
    }

    static HttpResponse<String> get(String url) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(url, e);
        }
    }

    /** The value of a series, such as {@code seckill_epoch{activity="1",shard="0"}}; -1 if it is not there. */
    double value(String name) {
        return series.getOrDefault(name, -1.0);
    }

    Set<String> names() {
        Set<String> names = new HashSet<>();
        series.keySet().forEach(name -> names.add(name.replaceFirst("\\{.*", "")));
        return names;
    }

    Set<String> labelValues() {
        Set<String> values = new HashSet<>();
        for (String name : series.keySet()) {
            Matcher matcher = LABEL.matcher(name);
            while (matcher.find()) {
                values.add(matcher.group(1));
            }
        }
        return values;
    }
}
