package io.seckill.server.operations;

import io.seckill.stock.DeadLetter;

/** A dead letter and where it is. */
public record FiledLetter(LetterAddress address, DeadLetter letter) {}
