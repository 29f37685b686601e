/**
 * The words as CloudEvents 1.0: attributes as text, data as JSON, and back.
 *
 * <p>Fields that are not known are ignored, so that an older reader lives with a newer writer. What
 * cannot be read is {@link dev.millrace.protocol.codec.Unreadable}, said once here. Must not know
 * Kafka: the {@code kafka} package puts attributes into headers.
 */
@NullMarked
package dev.millrace.protocol.codec;

import org.jspecify.annotations.NullMarked;
