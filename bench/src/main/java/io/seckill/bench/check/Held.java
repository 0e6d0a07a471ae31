package io.seckill.bench.check;

/**
 * What the stores hold of one sale, of which every line is of one unit.
 *
 * @param spent units that pools ever spent
 * @param remaining units that they have left
 * @param entries lines in the streams, not recorded yet
 * @param recorded lines in PostgreSQL
 * @param buyers users in the buyers hashes
 */
public record Held(long spent, long remaining, long entries, long recorded, long buyers) {
    /** Both together. */
    public Held plus(Held other) {
        return new Held(
                spent + other.spent,
                remaining + other.remaining,
                entries + other.entries,
                recorded + other.recorded,
                buyers + other.buyers);
    }
}
