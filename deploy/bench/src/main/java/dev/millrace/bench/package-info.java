/**
 * The peer table: decoding by our kernels beside llama.cpp, Jlama and plain eager DJL, on the same
 * weights and tokens, on one thread each, in turns.
 *
 * <p>One command builds and runs it: {@code deploy/bench/run}, or {@code deploy/bench/run --quick}
 * for a few cells in a few minutes ({@code --help} tells the rest). Results go to a file as they
 * come ({@code --out}); a run that finds a cell there does not measure it again, so an interrupted
 * run goes on where it stopped. At the end there are a Markdown table and lines {@code RESULT
 * name=number}.
 *
 * <p>Every decoder runs in a process of its own, as its users run it: nothing one of them does to
 * the JVM reaches another. Only one of them computes at a time. For each cell they decode the same
 * short text first, and the bench refuses to go on if their logits differ; then each lengthens its
 * sequences to the cell's context by repeating the keys and values it has, for only decoding is
 * timed and what is attended to does not change its cost; then they decode a few tokens each in
 * turns, and go back to the context after each turn. What is told is the median of all steps.
 *
 * <p><b>Owns</b> nothing that is shipped: the module is built under the profile {@code bench} only.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
