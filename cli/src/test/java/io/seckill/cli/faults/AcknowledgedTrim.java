package io.seckill.cli.faults;

import java.util.List;

/** Trims streams by hand, as an operator does who wants to be rid of what the workers' group has acknowledged, and of no more. */
final class AcknowledgedTrim {
    private final FaultBed bed;
    private final String group;

    AcknowledgedTrim(FaultBed bed, String group) {
        this.bed = bed;
        this.group = group;
    }

    /** Takes out all entries before the first one that is pending, or that nobody has read; does nothing without a group. */
    void trim(String stream) {
        if (bed.redisCommand("EXISTS", stream).equals("0")) {
            return;
        }
        List<String> groups =
                bed.redisCommand("XINFO", "GROUPS", stream).lines().toList();
        if (!groups.contains(group)) {
            return;
        }
        // How far the group has read comes first: what it reads from now on is behind that.
        String lastRead = groups.get(groups.indexOf("last-delivered-id") + 1);
        List<String> pending =
                bed.redisCommand("XPENDING", stream, group).lines().toList();
        String keptFrom = pending.get(0).equals("0") ? lastRead : pending.get(1);
        bed.redisCommand("XTRIM", stream, "MINID", "=", keptFrom);
    }
}
