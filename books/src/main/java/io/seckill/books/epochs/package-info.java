/**
 * What follows when Redis forgets: the pool is fenced, its epoch is closed, and the next one is opened.
 *
 * <p>PostgreSQL decides and is written first. Every step may be taken by any number of processes, and again after a
 * crash at any point.
 */
@NullMarked
package io.seckill.books.epochs;

import org.jspecify.annotations.NullMarked;
