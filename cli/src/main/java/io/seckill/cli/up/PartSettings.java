package io.seckill.cli.up;

import io.seckill.stock.AcknowledgePolicy;
import io.seckill.worker.WorkerSettings;
import java.util.function.UnaryOperator;

/** What differs from the default settings of the server and the worker. */
record PartSettings(AcknowledgePolicy acknowledge, UnaryOperator<WorkerSettings> worker) {}
