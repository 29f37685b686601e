/** Finding things in pictures: a picture in, masks out, as one answer or as they come. */
@NullMarked
package dev.millrace.gateway.http.segment;

import org.jspecify.annotations.NullMarked;
