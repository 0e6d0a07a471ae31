package io.seckill.cli.operations;

import picocli.CommandLine.Command;

/** {@code seckill dlq}: what an operator does with dead letters. */
@Command(
        name = "dlq",
        mixinStandardHelpOptions = true,
        description = {
            "Looks after dead letters: stream entries that could not be recorded.",
            "",
            "A letter has a reason. MALFORMED: the entry cannot be read. DATA_ERROR: PostgreSQL refuses it, and SQLSTATE "
                    + "says what for. CONFLICT: it contradicts what is recorded.",
            ""
        },
        footer = {
            "",
            "First 'list' and 'show'. Mend the cause, then 'replay': it may be repeated, and records nothing twice. "
                    + "What can never be recorded is given up with 'discard'.",
            "  seckill dlq list --activity 1",
            "  seckill dlq show --activity 1 0:1767225600000-0",
            "  seckill dlq replay --activity 1 --all"
        },
        subcommands = {DlqListCommand.class, DlqShowCommand.class, DlqReplayCommand.class, DlqDiscardCommand.class})
public final class DlqCommand {}
