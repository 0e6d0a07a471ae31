/** The PostgreSQL half of the ledger, written by server and worker alike. */
@NullMarked
package io.seckill.books;

import org.jspecify.annotations.NullMarked;
