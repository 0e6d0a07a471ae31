package io.seckill.cli.up;

import io.seckill.observing.AdminSettings;
import io.seckill.observing.tracing.TracingSettings;
import io.seckill.server.console.ConsoleSettings;
import io.seckill.stock.AcknowledgePolicy;
import io.seckill.worker.WorkerSettings;
import java.util.function.UnaryOperator;

/**
 * What differs from the default settings of the server and the worker.
 *
 * @param admin where the server is shown; the worker is on the next port
 */
record PartSettings(
        AcknowledgePolicy acknowledge,
        AdminSettings admin,
        ConsoleSettings console,
        TracingSettings tracing,
        UnaryOperator<WorkerSettings> worker) {}
