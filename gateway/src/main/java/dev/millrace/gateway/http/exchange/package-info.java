/**
 * One request and its answer, whatever it asks: reading a bounded body, writing no faster than the
 * client reads, and the one place where failures become answers.
 *
 * <p><b>Thread:</b> everything about an exchange happens on its connection's event loop, which is
 * never blocked. Must not know what routes there are.
 */
@NullMarked
package dev.millrace.gateway.http.exchange;

import org.jspecify.annotations.NullMarked;
