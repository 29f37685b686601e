/**
 * What people look at: the console page and the contracts, as they lie in the resources. The page
 * uses only the public routes.
 */
@NullMarked
package dev.millrace.gateway.http.console;

import org.jspecify.annotations.NullMarked;
