package io.seckill.server.failure;

/**
 * One field that breaks a rule.
 *
 * @param field its path, such as {@code items[0].quantity}
 * @param description in the house form, {@code 0 (expected: 1..5)}
 */
public record Violation(String field, String description) {}
