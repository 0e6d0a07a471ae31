-- What becomes of orders after they are recorded, what becomes of lines that cannot be, and how a sale is closed.

ALTER TABLE activities
    ADD COLUMN rate_user_requests        integer NOT NULL DEFAULT 0,
    ADD COLUMN rate_user_window_millis   bigint  NOT NULL DEFAULT 0,
    ADD COLUMN rate_activity_per_second  integer NOT NULL DEFAULT 0,
    ADD COLUMN recalled_at               timestamptz,
    ADD COLUMN closed_at                 timestamptz,
    ADD CONSTRAINT activities_rate_user_range CHECK (rate_user_requests BETWEEN 0 AND 100),
    ADD CONSTRAINT activities_rate_window_with_user
        CHECK ((rate_user_requests > 0) = (rate_user_window_millis BETWEEN 100 AND 3600000)),
    ADD CONSTRAINT activities_rate_activity_range CHECK (rate_activity_per_second BETWEEN 0 AND 1000000);
CREATE INDEX activities_to_close ON activities (id) WHERE drained_at IS NOT NULL AND closed_at IS NULL;
COMMENT ON COLUMN activities.recalled_at IS 'when what its pools had left was back in activity_items.unallocated';
COMMENT ON COLUMN activities.closed_at IS 'when its keys in Redis were removed';

CREATE INDEX activity_items_to_grant ON activity_items (activity_id) WHERE unallocated > 0;

ALTER TABLE orders
    ADD COLUMN payment_id  text,
    ADD COLUMN released_at timestamptz,
    ADD CONSTRAINT orders_payment_id_length CHECK (char_length(payment_id) BETWEEN 1 AND 64),
    ADD CONSTRAINT orders_paid_by_a_payment CHECK ((status = 'PAID') = (payment_id IS NOT NULL));
CREATE UNIQUE INDEX orders_one_per_payment ON orders (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX orders_of_user ON orders (user_id, order_id);
CREATE INDEX orders_due ON orders (expires_at) WHERE status = 'PENDING_PAYMENT';
CREATE INDEX orders_to_release ON orders (order_id)
    WHERE status IN ('CANCELLED', 'EXPIRED', 'REJECTED') AND released_at IS NULL;
COMMENT ON COLUMN orders.expires_at IS 'the payment timeout after it was recorded, by the clock of PostgreSQL';
COMMENT ON COLUMN orders.released_at IS 'when Redis let the buyer buy again';

ALTER TABLE seckill_logs
    ADD COLUMN allocation_id bigint,
    ADD COLUMN unit_price    bigint;
UPDATE seckill_logs line
SET allocation_id = allocation.id, unit_price = item.unit_price
FROM allocations allocation JOIN activity_items item USING (activity_id, product_id)
WHERE (allocation.activity_id, allocation.product_id, allocation.epoch)
        = (line.activity_id, line.product_id, line.epoch)
    AND allocation.shard::text = split_part(split_part(line.stream, '.', 2), '}', 1);
ALTER TABLE seckill_logs
    ADD CONSTRAINT seckill_logs_foreign_has_no_allocation CHECK ((order_id IS NULL) = (allocation_id IS NULL)),
    ADD CONSTRAINT seckill_logs_foreign_has_no_price CHECK ((order_id IS NULL) = (unit_price IS NULL));
COMMENT ON COLUMN seckill_logs.unit_price IS 'at the time of the sale, in minor units of the activity''s currency';

-- Without constraints on its content, since what stands here is what the other tables refused.
CREATE TABLE rejected_lines (
    stream         text        NOT NULL,
    epoch          bigint      NOT NULL,
    stream_id      text        NOT NULL,
    activity_id    bigint      NOT NULL,
    product_id     bigint      NOT NULL,
    user_id        bigint      NOT NULL,
    order_id       uuid        NOT NULL,
    request_id     text        NOT NULL,
    quantity       integer     NOT NULL,
    allocation_id  bigint      NOT NULL,
    unit_price     bigint      NOT NULL,
    units_returned boolean     NOT NULL,
    reason         text        NOT NULL,
    created_at     timestamptz NOT NULL,
    rejected_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT rejected_lines_pkey PRIMARY KEY (stream, epoch, stream_id)
);
CREATE INDEX rejected_lines_of_order ON rejected_lines (order_id);
COMMENT ON TABLE rejected_lines IS
    'lines of accepted orders that could not be recorded; each counts as persisted and cancelled in its allocation';
COMMENT ON COLUMN rejected_lines.units_returned IS 'false if the books did not have the units, so that none went back';

CREATE TABLE returns (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    allocation_id bigint      NOT NULL REFERENCES allocations (id),
    units         bigint,
    created_at    timestamptz NOT NULL DEFAULT now(),
    applied_at    timestamptz,
    CONSTRAINT returns_units_not_negative CHECK (units >= 0),
    CONSTRAINT returns_applied_with_units CHECK ((units IS NULL) = (applied_at IS NULL))
);
CREATE UNIQUE INDEX returns_one_under_way ON returns (allocation_id) WHERE applied_at IS NULL;
COMMENT ON TABLE returns IS
    'moves of units that a pool did not spend back into activity_items.unallocated; each leaves its pool once, by its id';
