/**
 * Measures what chunk selection costs and brings on long texts: speed, right answers, perplexity,
 * memory; every way to select beside attention to everything.
 */
@NullMarked
package dev.millrace.workers.train.longtext;

import org.jspecify.annotations.NullMarked;
