package dev.millrace.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The installation in docker-compose.yml, so that its broker's settings are the ones that are
 * tested.
 */
record Compose(JsonNode services) {
    /** Seen from this module, where its tests run. */
    private static final Path FILE = Path.of("../../docker-compose.yml");

    /** What says where a broker is, and is another's matter in another place. */
    private static final List<String> PLACE =
            List.of(
                    "CONTROLLER_",
                    "PROCESS_ROLES",
                    "NODE_ID",
                    "LISTENER",
                    "ADVERTISED_",
                    "INTER_BROKER_",
                    "LOG_DIRS",
                    "HEAP_OPTS");

    static Compose read() throws IOException {
        try (var reader = Files.newBufferedReader(FILE)) {
            Object file = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
            return new Compose(new ObjectMapper().valueToTree(file).get("services"));
        }
    }

    String kafkaImage() {
        return services.get("kafka").get("image").asText();
    }

    /**
     * The broker's settings as the image takes them ({@code KAFKA_...}), without those that say
     * where it is.
     */
    Map<String, String> kafkaSettings() {
        var settings = new TreeMap<String, String>();
        services.get("kafka")
                .get("environment")
                .properties()
                .forEach(entry -> {
                    var name = entry.getKey();
                    if (name.startsWith("KAFKA_")
                            && PLACE.stream().noneMatch(name.substring(6)::startsWith)) {
                        settings.put(name, entry.getValue().asText());
                    }
                });
        return settings;
    }
}
