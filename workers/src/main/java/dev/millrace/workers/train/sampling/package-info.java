/**
 * Measures how fast pictures are made, and how good: every way to invert a flow beside the fastest
 * sequential one, with the same weights, in the same process, arms by turns.
 */
@NullMarked
package dev.millrace.workers.train.sampling;

import org.jspecify.annotations.NullMarked;
