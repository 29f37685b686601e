package dev.millrace.workers.train.sampling;

import dev.millrace.workers.train.bench.Findings;

/** Some of the figures. */
interface Part {
    void run(Studio studio, Findings findings);
}
