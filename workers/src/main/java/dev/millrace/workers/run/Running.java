package dev.millrace.workers.run;

import dev.millrace.protocol.JobKey;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The works of this process, so that a cancellation finds them. Used by all threads. */
public final class Running {
    private final Map<JobKey, Work> works = new ConcurrentHashMap<>();

    void add(JobKey job, Work work) {
        works.put(job, work);
    }

    void remove(JobKey job, Work work) {
        works.remove(job, work);
    }

    /**
     * Ends the computation within one step, if it runs here. Whether the job is over is the log's
     * to say.
     */
    public void stop(JobKey job) {
        var work = works.get(job);
        if (work != null) {
            work.stop();
        }
    }
}
