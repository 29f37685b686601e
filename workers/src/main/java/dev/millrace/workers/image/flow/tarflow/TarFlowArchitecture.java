package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.image.flow.Architecture;
import dev.millrace.workers.image.flow.FlowFacts;
import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import java.nio.file.Path;
import java.util.stream.IntStream;

/** Folders of TarFlows. */
public final class TarFlowArchitecture implements Architecture {
    @Override
    public String modelType() {
        return TarFlowConfig.MODEL_TYPE;
    }

    /** Classes without names are called by their index. */
    @Override
    public FlowFacts facts(Path folder) {
        var config = TarFlowConfig.read(folder);
        var names = config.classNames();
        var classes =
                names.isEmpty()
                        ? IntStream.range(0, config.classes()).mapToObj(String::valueOf).toList()
                        : names;
        return new FlowFacts(config.patches(), classes, config.blocks(), config.width());
    }

    @Override
    public FlowModel open(Path folder, Devices.Choice device, ElementType inner) {
        return TarFlow.open(folder, device, inner);
    }
}
