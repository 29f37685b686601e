/**
 * The picture model that ships: a generator of simple labelled pictures, and the training of a
 * TarFlow on them.
 *
 * <p><b>Owns</b> what the pictures look like and the format of the model's folder. <b>Must not
 * know</b> how the model is served.
 */
@NullMarked
package dev.millrace.workers.train.pictures;

import org.jspecify.annotations.NullMarked;
