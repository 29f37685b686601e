/** Alibaba's Qwen 3: heads of their own width, their queries and keys normed (dense ones). */
@NullMarked
package dev.millrace.workers.text.model.qwen3;

import org.jspecify.annotations.NullMarked;
