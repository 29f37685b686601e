/**
 * Why the gateway refuses something, as a value that travels with a failed future. Everybody may
 * refuse; only {@code http.Problems} turns a refusal into an answer. Knows no status codes and no
 * wire format.
 */
@NullMarked
package dev.millrace.gateway.refusal;

import org.jspecify.annotations.NullMarked;
