/**
 * The command line: one class per command, and the process that runs everything in one JVM.
 *
 * <p><b>Owns</b> the wiring of whole processes and their exit codes; what a gateway or a worker
 * does is theirs. Anything that goes wrong becomes one line on standard error here. Nothing may
 * depend on this package.
 */
@NullMarked
package dev.millrace.app;

import org.jspecify.annotations.NullMarked;
