-- What the roles of ops/postgres/roles.sql may do with the tables: exactly this, whatever was granted before. Runs after
-- every migration; where a role does not exist nothing is granted, and whoever owns the tables may do everything.
--
-- Old and new servers overlap in a deploy: a right that nothing needs any more goes one version after its statement.

DO $$
DECLARE
    role text;
BEGIN
    -- Two migrations at a time would change the same rows of the catalogue.
    PERFORM pg_advisory_xact_lock(hashtextextended('seckill rights', 0));

    FOREACH role IN ARRAY ARRAY['seckill_server', 'seckill_worker', 'seckill_operator'] LOOP
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', current_schema(), role);
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), role);
            EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO %I', current_schema(), role);
        END IF;
    END LOOP;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'seckill_server') THEN
        GRANT INSERT ON activities, activity_items, pools, allocations, grants, returns, stock_additions, orders, seckill_logs,
            rejected_lines TO seckill_server;
        GRANT DELETE ON rejected_lines TO seckill_server; -- a dead letter that was replayed stands in seckill_logs instead
        GRANT UPDATE (switch, preheated_at, drained_at, pools_version, pools_applied, updated_at) ON activities
            TO seckill_server;
        GRANT UPDATE (total, unallocated) ON activity_items TO seckill_server;
        GRANT UPDATE (prepared_at, fenced_at, fenced_because) ON pools TO seckill_server;
        GRANT UPDATE (granted, returned, persisted, cancelled, quarantined, spent_seen, contested) ON allocations
            TO seckill_server;
        GRANT UPDATE (applied_at) ON grants TO seckill_server;
        GRANT UPDATE (units, applied_at) ON returns TO seckill_server;
        GRANT UPDATE (status, payment_id, released_at, updated_at) ON orders TO seckill_server;
        GRANT UPDATE (status, reason, updated_at) ON seckill_logs TO seckill_server;
        GRANT UPDATE (units_returned) ON rejected_lines TO seckill_server;
    END IF;

    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'seckill_worker') THEN
        GRANT INSERT ON allocations, grants, returns, orders, seckill_logs, rejected_lines TO seckill_worker;
        GRANT DELETE ON rejected_lines TO seckill_worker; -- a line that was recorded after all
        GRANT UPDATE (drained_at, recalled_at, closed_at, pools_version, pools_applied, updated_at) ON activities
            TO seckill_worker;
        GRANT UPDATE (unallocated) ON activity_items TO seckill_worker;
        GRANT UPDATE (epoch, prepared_at, fenced_at, fenced_because) ON pools TO seckill_worker;
        GRANT UPDATE (granted, returned, persisted, cancelled, quarantined, spent_seen, closed_at) ON allocations
            TO seckill_worker;
        GRANT UPDATE (applied_at) ON grants TO seckill_worker;
        GRANT UPDATE (units, applied_at) ON returns TO seckill_worker;
        GRANT UPDATE (status, released_at, updated_at) ON orders TO seckill_worker;
        GRANT UPDATE (status, reason, updated_at) ON seckill_logs TO seckill_worker;
        GRANT UPDATE (units_returned) ON rejected_lines TO seckill_worker;
    END IF;
END
$$;
