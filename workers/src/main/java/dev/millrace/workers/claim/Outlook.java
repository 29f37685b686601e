package dev.millrace.workers.claim;

import dev.millrace.protocol.kafka.StreamReader;
import dev.millrace.workers.emit.Emitter;
import dev.millrace.workers.run.Tally;

/** What a slot writes its streams with and reads them by; the reader is the slot's own. */
record Outlook(Emitter emitter, Follower follower, StreamReader reader, Tally tally) {}
