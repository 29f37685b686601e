/** The words both sides share. */
@NullMarked
package dev.millrace.protocol;

import org.jspecify.annotations.NullMarked;
