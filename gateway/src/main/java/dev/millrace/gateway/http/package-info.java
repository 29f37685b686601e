/**
 * What clients reach: the table of routes, the servers on their event loops, and the management
 * port. What a route does is in the package of its surface.
 *
 * <p><b>Thread:</b> one server per event loop; all of an exchange happens on the loop of its
 * connection. Nothing here blocks.
 */
@NullMarked
package dev.millrace.gateway.http;

import org.jspecify.annotations.NullMarked;
