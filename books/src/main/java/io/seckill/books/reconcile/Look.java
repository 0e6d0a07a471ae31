package io.seckill.books.reconcile;

import io.seckill.stock.ShardLook;
import java.util.List;
import java.util.Map;

/**
 * Both stores as of the moment at which Redis was looked at; each shard has a moment of its own.
 *
 * @param start what PostgreSQL said before
 * @param shards what Redis said, by shard
 * @param scanned lines in the streams up to that moment
 * @param rows what PostgreSQL said after
 * @param fates what PostgreSQL had of the scanned lines at that same moment
 */
record Look(
        LedgerReader.Start start,
        Map<Integer, ShardLook> shards,
        List<ScannedLine> scanned,
        LedgerRows rows,
        EntryFates fates) {}
