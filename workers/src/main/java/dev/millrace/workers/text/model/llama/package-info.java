/** Meta's Llama 2 and 3 (dense ones). */
@NullMarked
package dev.millrace.workers.text.model.llama;

import org.jspecify.annotations.NullMarked;
