/** How our programs are told what to do: environment variables, read as typed values. */
@NullMarked
package dev.millrace.protocol.settings;

import org.jspecify.annotations.NullMarked;
