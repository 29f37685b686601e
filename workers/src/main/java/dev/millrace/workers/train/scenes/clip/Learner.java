package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.nio.file.Path;
import java.util.Map;

/** A network that learns from captioned pictures. All arrays live as long as it does. */
sealed interface Learner extends AutoCloseable permits VisionLearner, TrunkLearner {
    /**
     * The loss of a lesson, and then what it is the weighted sum of, in the scope of the caller;
     * gradients flow back to the parameters.
     */
    NDList loss(SceneLesson lesson);

    /** What is learned, by name: the live arrays. */
    Map<String, NDArray> parameters();

    /** What changes without being learned, such as running statistics: the live arrays. */
    Map<String, NDArray> buffers();

    /** Writes a folder that a worker loads. */
    void write(Path folder, Map<String, NDArray> values);

    @Override
    void close();
}
