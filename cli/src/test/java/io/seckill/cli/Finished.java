package io.seckill.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** A command that ran in this process to its end. */
public record Finished(int exit, String out, String err) {
    public static Finished run(String... args) {
        return run(Map.of(), args);
    }

    public static Finished run(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = SeckillMain.runner(environment).run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        return new Finished(exit, out.toString(), err.toString());
    }

    public List<String> outLines() {
        return out.lines().toList();
    }
}
