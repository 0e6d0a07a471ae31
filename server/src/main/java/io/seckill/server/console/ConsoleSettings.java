package io.seckill.server.console;

import java.util.Set;

/**
 * Whether there is a console, and by which names browsers reach it.
 *
 * @param off true for none
 * @param hosts names, in small letters, besides those of the loopback interface and the address that is listened on
 */
public record ConsoleSettings(boolean off, Set<String> hosts) {
    /** There is one, by no other names. */
    public static final ConsoleSettings USUAL = new ConsoleSettings(false, Set.of());

    /** There is none. */
    public static final ConsoleSettings OFF = new ConsoleSettings(true, Set.of());

    public ConsoleSettings {
        hosts = Set.copyOf(hosts);
    }
}
