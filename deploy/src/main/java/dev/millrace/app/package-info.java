/** The command line and the one-process app. */
@NullMarked
package dev.millrace.app;

import org.jspecify.annotations.NullMarked;
