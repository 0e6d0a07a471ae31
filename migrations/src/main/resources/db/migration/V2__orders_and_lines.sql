-- Decisions made durable: orders, and one row per line in seckill_logs.
--
-- No foreign keys here: they cost a look-up and a row lock for each line, on the activity's row shared by all workers.
-- The statements that insert join the activity and the order, which are never deleted.

CREATE TABLE orders (
    order_id    uuid        NOT NULL,
    activity_id bigint      NOT NULL,
    user_id     bigint      NOT NULL,
    request_id  text        NOT NULL,
    status      text        NOT NULL,
    lines       integer     NOT NULL,
    expires_at  timestamptz NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT orders_pkey PRIMARY KEY (order_id),
    CONSTRAINT orders_user_positive CHECK (user_id > 0),
    CONSTRAINT orders_request_id_length CHECK (char_length(request_id) <= 64),
    CONSTRAINT orders_lines_range CHECK (lines BETWEEN 1 AND 20),
    CONSTRAINT orders_status_known
        CHECK (status IN ('PENDING_PAYMENT', 'PAID', 'CANCELLED', 'EXPIRED', 'REJECTED'))
);
CREATE UNIQUE INDEX orders_one_per_request ON orders (activity_id, user_id, request_id) WHERE request_id <> '';
COMMENT ON COLUMN orders.created_at IS 'when Redis decided, by its clock';
COMMENT ON COLUMN orders.lines IS 'how many lines the order has; they may be recorded in several batches';

CREATE TABLE seckill_logs (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    activity_id bigint,
    product_id  bigint      NOT NULL,
    user_id     bigint      NOT NULL,
    order_id    uuid,
    quantity    integer     NOT NULL,
    stream      text        NOT NULL,
    epoch       bigint      NOT NULL,
    stream_id   text        NOT NULL,
    status      text        NOT NULL,
    reason      text,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT seckill_logs_one_per_entry UNIQUE (stream, epoch, stream_id),
    CONSTRAINT seckill_logs_one_per_line UNIQUE (order_id, product_id),
    CONSTRAINT seckill_logs_product_positive CHECK (product_id > 0),
    CONSTRAINT seckill_logs_quantity_positive CHECK (quantity > 0),
    CONSTRAINT seckill_logs_order_or_foreign CHECK ((order_id IS NULL) = (activity_id IS NULL)),
    CONSTRAINT seckill_logs_foreign_has_no_epoch CHECK ((order_id IS NULL) = (epoch = 0)),
    CONSTRAINT seckill_logs_status_known CHECK (status IN ('PROCESSING', 'SUCCEEDED', 'FAILED')),
    CONSTRAINT seckill_logs_failure_has_reason CHECK ((status = 'FAILED') = (reason IS NOT NULL))
);
COMMENT ON COLUMN seckill_logs.order_id IS 'absent for an entry that another system put into a stream';
COMMENT ON COLUMN seckill_logs.stream_id IS 'unique within one stream and epoch only';
COMMENT ON COLUMN seckill_logs.created_at IS 'when Redis decided, by its clock';
