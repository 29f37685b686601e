/**
 * EcoFormer's attention for texts (arXiv 2209.09004, made causal): what a sequence's layers keep of
 * tokens that have left the newest ones.
 *
 * <p>A layer sees the first few tokens and the newest ones exactly. Of a token that leaves these, a
 * {@link HeadHash} has made a code of signs, and a {@link Tail} takes in the value by that code, as
 * published or into {@link CodeTables}: sums whose size does not depend on how long the text is.
 * {@link Tailing} is what a model's folder gives for it, {@link Tails} what one sequence holds.
 * <b>Thread:</b> the engine's. <b>Must not know</b> how keys and values are kept, or which tokens
 * they are of.
 */
@NullMarked
package dev.millrace.workers.text.kv.eco;

import org.jspecify.annotations.NullMarked;
