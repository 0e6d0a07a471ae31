package io.seckill.stock;

import java.util.Map;

/**
 * An entry as it stands in a stream.
 *
 * @param id unique within the stream only
 */
public record StreamEntry(String stream, String id, Map<String, String> fields) {}
