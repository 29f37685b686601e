/** Llama with some layers that see only what is near. */
@NullMarked
package dev.millrace.workers.text.model.hybrid;

import org.jspecify.annotations.NullMarked;
