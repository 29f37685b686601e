/**
 * A small picture classifier in stages, like PVTv2, whose attention can be switched: the published
 * block in the setting that it was published for, in miniature.
 *
 * <p><b>Owns</b> parameters and optimiser state. <b>Thread:</b> the caller's.
 */
@NullMarked
package dev.millrace.workers.train.pyramid;

import org.jspecify.annotations.NullMarked;
