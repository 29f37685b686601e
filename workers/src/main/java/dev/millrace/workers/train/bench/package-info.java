/**
 * What programs that measure have in common: figures that are kept, tables, named results.
 *
 * <p><b>Must not know</b> what is measured.
 */
@NullMarked
package dev.millrace.workers.train.bench;

import org.jspecify.annotations.NullMarked;
