package dev.millrace.gateway.admission;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Bounds the open jobs of each model. A job is open from its admission here, or from its {@code
 * accepted} event in the log if another gateway took it, until its stream has ended. Everything
 * here may be said twice and in any order that the log allows.
 */
public final class Admission {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final int maxOpenPerModel;
    private final BiConsumer<ModelId, Admission> onNewModel;
    private final Map<ModelId, Open> models = new ConcurrentHashMap<>();

    /**
     * @param onNewModel is told of each model once, when its first job comes
     */
    public Admission(int maxOpenPerModel, BiConsumer<ModelId, Admission> onNewModel) {
        if (maxOpenPerModel < 1) {
            throw new IllegalArgumentException(
                    "open jobs per model must be at least 1, were " + maxOpenPerModel);
        }
        this.maxOpenPerModel = maxOpenPerModel;
        this.onNewModel = onNewModel;
    }

    /**
     * Lets a job in; it stays until {@link #ended}, or {@link #withdrawn} if it came to nothing.
     *
     * @throws Refusal TOO_MANY if the model has no room
     */
    public void admit(ModelId model, JobKey job) {
        if (!of(model).enter(job, maxOpenPerModel)) {
            throw Refusal.later(
                    Reason.TOO_MANY,
                    RETRY_AFTER,
                    "model '"
                            + model
                            + "' may have at most "
                            + maxOpenPerModel
                            + " open jobs and has as many now");
        }
    }

    /** The log has the job; what is in the log cannot be refused. */
    public void opened(ModelId model, JobKey job) {
        of(model).enter(job, Integer.MAX_VALUE);
    }

    public void ended(ModelId model, JobKey job) {
        of(model).leave(job);
    }

    /** The job did not get into the log. */
    public void withdrawn(ModelId model, JobKey job) {
        ended(model, job);
    }

    public int open(ModelId model) {
        return of(model).count();
    }

    private Open of(ModelId model) {
        var open = models.get(model);
        if (open != null) {
            return open;
        }
        var fresh = new Open();
        var earlier = models.putIfAbsent(model, fresh);
        if (earlier != null) {
            return earlier;
        }
        onNewModel.accept(model, this);
        return fresh;
    }

    /** The open jobs of one model. */
    private static final class Open {
        private final Set<JobKey> jobs = new HashSet<>();

        synchronized boolean enter(JobKey job, int limit) {
            if (jobs.contains(job)) {
                return true;
            }
            return jobs.size() < limit && jobs.add(job);
        }

        synchronized void leave(JobKey job) {
            jobs.remove(job);
        }

        synchronized int count() {
            return jobs.size();
        }
    }
}
