-- The roles of Seckill in the database that this is run in, as a superuser: before the first 'seckill migrate', or on a
-- database that was migrated as somebody else. Safe to repeat. It sets no passwords; nobody can log in before you do:
-- \password seckill_migrator, and so on. What each role may do with the tables, 'seckill migrate' grants.

DO $$
DECLARE
    role text;
    thing record;
BEGIN
    FOREACH role IN ARRAY ARRAY['seckill_migrator', 'seckill_server', 'seckill_worker', 'seckill_operator'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', role);
        END IF;
    END LOOP;

    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO seckill_migrator, seckill_server, seckill_worker, seckill_operator',
        current_database());

    REVOKE ALL ON SCHEMA public FROM PUBLIC;
    ALTER SCHEMA public OWNER TO seckill_migrator;
    FOR thing IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE public.%I OWNER TO seckill_migrator', thing.relname);
    END LOOP;
END
$$;
