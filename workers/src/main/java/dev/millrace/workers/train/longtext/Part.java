package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.bench.Findings;

/** A part of what is measured. */
interface Part {
    /** Measures what has not been found yet, prints the table and says the figures. */
    void run(Bench bench, Findings findings);
}
