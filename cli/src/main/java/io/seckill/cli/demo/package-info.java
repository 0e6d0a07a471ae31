/** A whole sale on this machine: its own stores, servers, workers and buyers, and an audit at the end. */
@NullMarked
package io.seckill.cli.demo;

import org.jspecify.annotations.NullMarked;
