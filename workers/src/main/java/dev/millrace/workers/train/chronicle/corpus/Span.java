package dev.millrace.workers.train.chronicle.corpus;

/** Tokens from {@code start} on, before {@code end}. */
public record Span(int start, int end) {}
