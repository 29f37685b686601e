/**
 * The native routes: submit a job, see how it stands, read its stream as server-sent events, cancel
 * it. An event's content is passed on as it stands in the log, never decoded.
 */
@NullMarked
package dev.millrace.gateway.http.jobs;

import org.jspecify.annotations.NullMarked;
