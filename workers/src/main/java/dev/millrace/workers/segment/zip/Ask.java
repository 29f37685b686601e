package dev.millrace.workers.segment.zip;

import java.util.List;

/** A prompt that is to be drawn once, for all the classes that claim a thing there. */
public record Ask(Prompt prompt, List<Claim> claims) {
    public Ask {
        claims = List.copyOf(claims);
        if (claims.isEmpty()) {
            throw new IllegalArgumentException("a prompt must be claimed by a class");
        }
    }
}
