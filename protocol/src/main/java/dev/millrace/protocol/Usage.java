package dev.millrace.protocol;

/** What a job cost, in tokens. */
public record Usage(int promptTokens, int completionTokens) {}
