/**
 * From a client's bytes to checked values: strict UTF-8, strict JSON, typed fields, and a refusal
 * that says what was wrong, what was expected and the value. Pure functions; must not know HTTP.
 */
@NullMarked
package dev.millrace.gateway.http.body;

import org.jspecify.annotations.NullMarked;
