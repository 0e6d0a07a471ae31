package io.seckill.settings.logging;

/** How a line looks. */
public enum LogFormat {
    /** For people. */
    TEXT,
    /** For programs: an object per line. */
    JSON
}
