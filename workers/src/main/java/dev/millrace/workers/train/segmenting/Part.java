package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.train.bench.Findings;

/** Some of the figures. */
interface Part {
    void run(Gallery gallery, Findings findings);
}
