package io.seckill.server.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.api.trace.SpanContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What lines of the log say of the call that they are about: its trace if it has one, and the ids in its request but for the
 * user's. Between {@link #begin} and {@link #close} every line of the thread has them.
 */
final class CallNotes implements AutoCloseable {
    private static final List<String> FIELDS = List.of("activity_id", "request_id", "order_id");

    private final Map<String, String> notes;

    private CallNotes(Map<String, String> notes) {
        this.notes = notes;
    }

    /** Those of the call which this thread serves. */
    static CallNotes of(@Nullable Object request) {
        Map<String, String> notes = new LinkedHashMap<>();
        SpanContext trace = CallSpan.ofThisCall().span().getSpanContext();
        if (trace.isValid()) {
            notes.put("trace_id", trace.getTraceId());
            notes.put("span_id", trace.getSpanId());
        }
        if (request instanceof Message message) {
            for (String name : FIELDS) {
                FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
                if (field != null && !message.getField(field).equals(field.getDefaultValue())) {
                    notes.put(name, message.getField(field).toString());
                }
            }
        }
        return new CallNotes(notes);
    }

    Map<String, String> asMap() {
        return notes;
    }

    /** Gives them to every line of this thread. */
    CallNotes begin() {
        notes.forEach(MDC::put);
        return this;
    }

    @Override
    public void close() {
        notes.keySet().forEach(MDC::remove);
    }
}
