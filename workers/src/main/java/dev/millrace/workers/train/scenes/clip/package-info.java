/**
 * Trains the two small CLIPs that look for classes and boundaries in scenes, from pictures and
 * captions alone: neither boxes nor masks reach them.
 *
 * <p><b>Owns</b> captions, their tokenizer, the losses and the figures by which a training is
 * judged. <b>Thread:</b> a training runs on its caller's; batches are made ahead on others. <b>Must
 * not know</b> SAM.
 */
@NullMarked
package dev.millrace.workers.train.scenes.clip;

import org.jspecify.annotations.NullMarked;
