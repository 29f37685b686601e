/**
 * What arithmetic costs: kernels tell a {@link dev.millrace.workers.energy.Meter} what they have
 * just computed, a {@link dev.millrace.workers.energy.Ledger} adds it up and knows the prices.
 *
 * <p><b>Thread:</b> that of the kernels. <b>Must not know</b> any kernel, tensor or model.
 */
@NullMarked
package dev.millrace.workers.energy;

import org.jspecify.annotations.NullMarked;
