package dev.millrace.workers.train.chronicle.corpus;

/** How questions stand in a text: within it, or as the end of a user's message. */
public enum Form {
    PLAIN,
    CHAT
}
