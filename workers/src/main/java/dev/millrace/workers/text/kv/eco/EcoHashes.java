package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.text.model.DecoderConfig;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The hashes of a decoder's heads as they were calibrated, for those layers that keep tails.
 *
 * @param width of a head
 * @param layers in rising order
 */
public record EcoHashes(int width, List<Layer> layers) {
    /** The file's name beside a model's weights. */
    public static final String FILE = "eco.safetensors";

    /**
     * One layer's.
     *
     * @param index which layer
     * @param keys of each key and value head
     * @param queries of each query head; their codes are compared with those of its key head
     * @param tables that tails have; without, they have the published sums
     * @param gates of each query head
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    public record Layer(
            int index,
            List<HeadHash> keys,
            List<HeadHash> queries,
            Optional<CodeTables> tables,
            float[] gates) {
        public Layer {
            keys = List.copyOf(keys);
            queries = List.copyOf(queries);
        }

        /** One whose queries use their key head's hash. */
        public static Layer shared(
                int index, List<HeadHash> hashes, Optional<CodeTables> tables, float[] gates) {
            int group = gates.length / hashes.size();
            var queries =
                    IntStream.range(0, gates.length)
                            .mapToObj(head -> hashes.get(head / group))
                            .toList();
            return new Layer(index, hashes, queries, tables, gates);
        }

        /** Of a key and value head, with nothing in it yet. */
        Tail newTail(int head, int width) {
            return tables.<Tail>map(some -> new TableTail(some, width))
                    .orElseGet(() -> new SumTail(keys.get(head).bits(), width));
        }

        long tailBytes(HeadHash hash, int width) {
            return tables.map(some -> TableTail.bytes(some, width))
                    .orElseGet(() -> SumTail.bytes(hash.bits(), width));
        }
    }

    public EcoHashes {
        layers = List.copyOf(layers);
    }

    /** A tensor's name. */
    public static String name(int layer, String part) {
        return "layers." + layer + "." + part;
    }

    /** Reads hashes that were made for a decoder of this shape. */
    public static EcoHashes read(Path file, DecoderConfig config) {
        try (var tensors = Safetensors.open(file)) {
            var reader = new EcoHashReader(file, tensors, config);
            var layers =
                    IntStream.range(0, config.layers())
                            .filter(reader::has)
                            .mapToObj(reader::layer)
                            .toList();
            if (layers.isEmpty()) {
                throw new BadModelException(file, "has hashes for no layer");
            }
            return new EcoHashes(config.headDim(), layers);
        }
    }
}
