package io.seckill.cli.client;

import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The options of commands that list a page. */
public final class PageOptions {
    @Option(
            names = "--page-size",
            defaultValue = "20",
            paramLabel = "N",
            description = "Rows of one page, 1 to 100. Default: ${DEFAULT-VALUE}")
    private int size;

    @Option(
            names = "--page-token",
            defaultValue = "",
            paramLabel = "TEXT",
            description = "The page after the one that ended with this token.")
    private String token = "";

    public int size() {
        return size;
    }

    public String token() {
        return token;
    }

    /** Says how to get the next page, if there is one. */
    public static void printNext(String nextToken, PrintWriter out) {
        if (!nextToken.isEmpty()) {
            out.println("there are more: --page-token " + nextToken);
        }
    }
}
