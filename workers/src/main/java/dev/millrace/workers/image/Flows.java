package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.Architecture;
import dev.millrace.workers.image.flow.tarflow.TarFlowArchitecture;
import dev.millrace.workers.tensor.ConfigJson;

import java.nio.file.Path;
import java.util.List;

/** The one list of flows: a new one is a folder beside the others and a line here. */
public final class Flows {
    private static final List<Architecture> ALL = List.of(new TarFlowArchitecture());

    private Flows() {}

    /** What the folder's {@code config.json} names. */
    static Architecture of(Path folder) {
        var json = ConfigJson.read(folder.resolve("config.json"));
        var type = json.text("model_type");
        return ALL.stream()
                .filter(candidate -> candidate.modelType().equals(type))
                .findFirst()
                .orElseThrow(() ->
                        json.wrong(
                                "model_type",
                                "must be one of "
                                        + ALL.stream().map(Architecture::modelType).toList()));
    }
}
