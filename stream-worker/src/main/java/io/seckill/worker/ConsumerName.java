package io.seckill.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;

/** The name of a worker in its consumer groups. */
final class ConsumerName {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int RANDOM_CHARACTERS = 6;
    private static final int MAX_HOST_LENGTH = 63;

    private ConsumerName() {}

    /** A name that no other start of a worker has: {@code <host>-<process id>-<6 random characters>}. */
    static String next() {
        SecureRandom random = new SecureRandom();
        StringBuilder name = new StringBuilder(host())
                .append('-')
                .append(ProcessHandle.current().pid())
                .append('-');
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    private static String host() {
        try {
            String host = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9.-]", "_");
            return host.substring(0, Math.min(host.length(), MAX_HOST_LENGTH));
        } catch (UnknownHostException e) {
            return "unknown-host"; // the random part alone makes the name unique
        }
    }
}
