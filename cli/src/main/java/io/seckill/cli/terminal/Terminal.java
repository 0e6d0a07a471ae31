package io.seckill.cli.terminal;

/** What the launcher says of where the command runs. */
public final class Terminal {
    private Terminal() {}

    /** True if standard error is a terminal; Java itself cannot tell before version 22. */
    public static boolean errIsTerminal() {
        return Boolean.getBoolean("seckill.terminal");
    }

    /** How the command was called, for commands to copy. */
    public static String command() {
        return System.getProperty("seckill.command", "./seckill");
    }
}
