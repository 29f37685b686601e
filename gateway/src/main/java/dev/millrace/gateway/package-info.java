/** From client to topic and back. */
@NullMarked
package dev.millrace.gateway;

import org.jspecify.annotations.NullMarked;
