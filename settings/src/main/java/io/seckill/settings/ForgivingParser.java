package io.seckill.settings;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses a command line although it has faults, to find all of them: each fault is noted, what caused it is taken out
 * (the option then has its built-in default), and the rest is parsed again. Picocli by itself ends at the first.
 */
final class ForgivingParser {
    private final CommandLine commandLine;
    private final LayeredDefaults defaults;

    ForgivingParser(CommandLine commandLine, LayeredDefaults defaults) {
        this.commandLine = commandLine;
        this.defaults = defaults;
        commandLine.setDefaultValueProvider(defaults);
    }

    /**
     * What was found.
     *
     * @param command the innermost command that was named
     * @param complete whether its options have values, so that they can be validated
     */
    record Parsed(CommandLine command, boolean complete, boolean helpAsked, Faults faults) {}

    Parsed parse(String... args) {
        Faults faults = new Faults();
        List<String> left = new ArrayList<>(List.of(args));
        while (true) {
            try {
                ParseResult root = commandLine.parseArgs(left.toArray(String[]::new));
                List<CommandLine> chain = root.asCommandLineList();
                defaults.faults().forEach(faults::add);
                return new Parsed(chain.get(chain.size() - 1), true, helpAsked(chain), faults);
            } catch (ParameterException e) {
                faults.add(String.valueOf(e.getMessage()));
                if (!takeOut(e, left)) {
                    return new Parsed(e.getCommandLine(), false, false, faults);
                }
            }
        }
    }

    private static boolean helpAsked(List<CommandLine> chain) {
        return chain.stream()
                .map(CommandLine::getParseResult)
                .anyMatch(parsed -> parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested());
    }

    /** Takes what caused the fault out; false if that is not possible, so that parsing ends. Each success shrinks the input. */
    private boolean takeOut(ParameterException fault, List<String> left) {
        if (fault instanceof UnmatchedArgumentException unmatched) {
            return left.removeAll(unmatched.getUnmatched());
        }
        ArgSpec argument = fault.getArgSpec();
        if (fault instanceof MissingParameterException || !(argument instanceof OptionSpec option)) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            for (String name : option.names()) {
                if (left.get(i).startsWith(name + "=")) {
                    left.remove(i);
                    return true;
                }
                if (left.get(i).equals(name)) {
                    left.subList(i, Math.min(i + 2, left.size())).clear();
                    return true;
                }
            }
        }
        return defaults.ignore(LayeredDefaults.key(option));
    }
}
