/** The whole system as separate processes, with things killed, paused and cut. */
@NullMarked
package dev.millrace.system;

import org.jspecify.annotations.NullMarked;
