/** Alibaba's Qwen 2 and 2.5: biases on queries, keys and values (dense ones). */
@NullMarked
package dev.millrace.workers.text.model.qwen2;

import org.jspecify.annotations.NullMarked;
