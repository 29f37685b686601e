package dev.millrace.workers.image.flow;

import java.util.List;

/**
 * What a flow's folder says of it, without its weights.
 *
 * @param classes what pictures can show, by index; none for a model without labels
 * @param blocks how many there are
 * @param width of the residual stream
 */
public record FlowFacts(Patches patches, List<String> classes, int blocks, int width) {
    public FlowFacts {
        classes = List.copyOf(classes);
    }
}
