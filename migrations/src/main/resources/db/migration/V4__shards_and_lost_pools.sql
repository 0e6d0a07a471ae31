-- Units that move between pools, pools that Redis lost, and what PostgreSQL sells by itself.

ALTER TABLE pools
    ADD COLUMN prepared_at    timestamptz,
    ADD COLUMN fenced_at      timestamptz,
    ADD COLUMN fenced_because text,
    ADD CONSTRAINT pools_fenced_for_a_reason CHECK ((fenced_at IS NULL) = (fenced_because IS NULL)),
    DROP CONSTRAINT pools_shard_range,
    ADD CONSTRAINT pools_shard_range CHECK (shard BETWEEN -1 AND 1023);
UPDATE pools SET prepared_at = now() FROM activities WHERE activities.id = activity_id AND pools_applied > 0;
CREATE INDEX pools_fenced ON pools (activity_id, shard) WHERE fenced_at IS NOT NULL;
COMMENT ON COLUMN pools.shard IS
    '-1 for the pool of the database itself, which activities with a fallback reserve have: Redis knows nothing of it';
COMMENT ON COLUMN pools.prepared_at IS
    'when Redis was first known to have the pool of this epoch: from then on a missing pool is a lost one';
COMMENT ON COLUMN pools.fenced_at IS
    'when Redis was found to have forgotten something of this epoch: it spends no more, and the next one is opened';

ALTER TABLE allocations
    ADD COLUMN spent_seen bigint NOT NULL DEFAULT 0,
    ADD COLUMN closed_at  timestamptz,
    ADD COLUMN contested  boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT allocations_spent_seen_not_negative CHECK (spent_seen >= 0);
COMMENT ON COLUMN allocations.spent_seen IS
    'the most units of it that a server or worker saw spent, written when its pool is fenced';
COMMENT ON COLUMN allocations.closed_at IS
    'when its epoch ended: what was neither persisted nor known to be unspent is quarantined';
COMMENT ON COLUMN allocations.contested IS
    'true from the moment that PostgreSQL sells units of the activity itself: whoever records lines of it waits for a turn shared with that';

ALTER TABLE returns
    ADD COLUMN at_most bigint,
    ADD CONSTRAINT returns_at_most_positive CHECK (at_most > 0),
    ADD CONSTRAINT returns_no_more_than_asked CHECK (units <= at_most);
COMMENT ON COLUMN returns.at_most IS 'the units asked for; absent for all that the pool did not spend';
