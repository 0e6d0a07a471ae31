package io.seckill.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes messages of any type out of random numbers. Not thread-safe. */
final class FuzzMessages {
    private static final int MAX_NOISE_BYTES = 300;
    private static final int MANY = 1_500;
    private static final int ONE_IN_MANY = 40;
    private static final int LARGEST_FIELD_NUMBER = 536_870_911;
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        2,
        20,
        21,
        100,
        101,
        1_000_000_000_000L,
        1_000_000_000_001L,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 53,
        (1L << 53) + 1,
        253_402_300_799L,
        253_402_300_800L,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String[] TEXTS = {
        "",
        " ",
        "a",
        "秒杀",
        "🛒",
        "e\u0301",
        "\u0000",
        "\t\r\n",
        "\u0085",
        "\u202e",
        "\u2028",
        "\uffff",
        "%s%n%",
        "-1",
        "9223372036854775808",
        "'; DROP TABLE orders; --",
        "{1.0}:1001",
        "stream:seckill:1001",
        "0:1-1",
        "01a1fb3f-bde4-7673-a81a-5fe2e413d5d6"
    };
    private static final int[] TIMES = {1, 1, 1, 1, 64, 65, 1_000, 40_000};

    private final Random random;
    private final Map<String, List<?>> likely;

    /** @param likely values for fields, by the fields' names; may grow */
    FuzzMessages(Random random, Map<String, List<?>> likely) {
        this.random = random;
        this.likely = likely;
    }

    /** Any bytes: noise, one byte over and over, or a message that was cut off or has bits turned over. */
    byte[] noise(Descriptor type) {
        byte[] bytes = new byte[random.nextInt(MAX_NOISE_BYTES)];
        switch (random.nextInt(4)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> Arrays.fill(bytes, (byte) random.nextInt());
            case 2 -> {
                byte[] whole = likely(type).toByteArray();
                return Arrays.copyOf(whole, random.nextInt(whole.length + 1));
            }
            default -> {
                byte[] turned = likely(type).toByteArray();
                for (int i = 0; i < turned.length; i += 1 + random.nextInt(8)) {
                    turned[i] ^= (byte) (1 << random.nextInt(8));
                }
                return turned;
            }
        }
        return bytes;
    }

    /** A message with values of any kind, and with fields that its type does not have. */
    DynamicMessage wild(Descriptor type) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            if (field.isRepeated()) {
                int count = random.nextInt(ONE_IN_MANY) == 0 ? MANY : random.nextInt(5);
                for (int i = 0; i < count; i++) {
                    message.addRepeatedField(field, wild(field));
                }
            } else if (random.nextInt(4) > 0) {
                message.setField(field, wild(field));
            }
        }
        if (random.nextInt(3) == 0) {
            message.setUnknownFields(UnknownFieldSet.newBuilder()
                    .addField(
                            1 + random.nextInt(LARGEST_FIELD_NUMBER),
                            UnknownFieldSet.Field.newBuilder()
                                    .addVarint(random.nextLong())
                                    .addLengthDelimited(ByteString.copyFromUtf8(text()))
                                    .build())
                    .build());
        }
        return message.build();
    }

    /** A message as a caller might send it, most of the time. */
    DynamicMessage likely(Descriptor type) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        for (FieldDescriptor field : type.getFields()) {
            int count = field.isRepeated() ? 1 + random.nextInt(3) : random.nextInt(12) == 0 ? 0 : 1;
            for (int i = 0; i < count; i++) {
                Object value = random.nextInt(25) == 0 ? wild(field) : likely(field);
                if (field.isRepeated()) {
                    message.addRepeatedField(field, value);
                } else {
                    message.setField(field, value);
                }
            }
        }
        return message.build();
    }

    private Object likely(FieldDescriptor field) {
        List<?> values = likely.getOrDefault(field.getName(), List.of());
        if (values.isEmpty()) {
            return field.getJavaType() == JavaType.MESSAGE ? likely(field.getMessageType()) : wild(field);
        }
        Object value = values.get(random.nextInt(values.size()));
        return field.getJavaType() == JavaType.INT ? ((Number) value).intValue() : value;
    }

    private Object wild(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT -> (int) number();
            case LONG -> number();
            case FLOAT -> random.nextFloat();
            case DOUBLE -> random.nextDouble();
            case BOOLEAN -> random.nextBoolean();
            case STRING -> text();
            case BYTE_STRING -> ByteString.copyFromUtf8(text());
            case ENUM -> value(field.getEnumType());
            case MESSAGE -> wild(field.getMessageType());
        };
    }

    private Object value(EnumDescriptor type) {
        return type.findValueByNumberCreatingIfUnknown(random.nextInt(20));
    }

    private long number() {
        return random.nextInt(3) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)].repeat(TIMES[random.nextInt(TIMES.length)]);
    }
}
