package dev.millrace.workers.text.kernels.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@link DecoderScript} says in addition for a model with chunk adapters. */
final class AdapterScript {
    private static final String PREFILL_ADAPTED =
            """
            def prefill_adapted(self: __torch__.M, ids: Tensor, w: List[Tensor], kv: List[Tensor], cos: Tensor, sin: Tensor, start: int, adapters: List[Tensor]) -> List[Tensor]:
              n = torch.size(ids, 0)
              $EMBED
              $MASK
              $LOGS
              boundaries = x
              keys = annotate(List[Tensor], [])
              queries = annotate(List[Tensor], [])
              for l in range($layers):
                $PROJECT
                $ADAPT
                $ATTEND
                $FINISH
                $DETECT
              x = torch.narrow(x, 0, n - 1, 1)
              $HEAD
              return [logits, boundaries, torch.cat(keys, 1), torch.cat(queries, 1)]
            """;

    /**
     * Each scoring layer takes the chunks to which one of the block's tokens gives the largest
     * share. {@code index}: for each scoring layer the chunks' keys, [scorers, width, chunks];
     * {@code bias}: what is added to a chunk's scores; {@code chunk_of}: the chunk of each token
     * from {@code first_choice} on.
     */
    private static final String PREFILL_SELECTING =
            """
            def prefill_selecting(self: __torch__.M, ids: Tensor, w: List[Tensor], kv: List[Tensor], cos: Tensor, sin: Tensor, start: int, adapters: List[Tensor], index: List[Tensor], bias: Tensor, chunk_of: Tensor, first_choice: int, most: int) -> List[Tensor]:
              n = torch.size(ids, 0)
              after_choice = first_choice + torch.size(chunk_of, 0)
              own = torch.to(torch.tril(torch.new_ones(chunk_of, [n, n])), 11)
              $EMBED
              $PLACES
              $LOGS
              mask = $fullMask
              boundaries = x
              keys = annotate(List[Tensor], [])
              queries = annotate(List[Tensor], [])
              for l in range($layers):
                $PROJECT
                $ADAPT
                if torch.__and__(torch.ge(slot, 0), torch.__not__(($windowed)[l])):
                  $WRITE
                  block_q = torch.reshape(torch.narrow(qk, 1, 0, $heads), [n, $queryWidth])
                  asked = torch.reshape(torch.linear(block_q, adapters[slot * 2 + 2]), [n, torch.size(index[slot], 0), torch.size(index[slot], 1)])
                  scores = torch.matmul(torch.transpose(asked, 0, 1), index[slot])
                  scale = torch.rsqrt(torch.new_ones(scores, [1]) * torch.size(index[slot], 1))
                  shares = torch.amax(torch.log_softmax(torch.add(torch.mul(scores, scale), bias), 2), [0, 1])
                  best, best_at = torch.topk(shares, most)
                  chosen = torch.index_fill(torch.zeros_like(shares), 0, best_at, 1)
                  tokens = torch.squeeze(torch.nonzero(torch.index_select(chosen, 0, chunk_of)), 1)
                  tokens = torch.add(tokens, first_choice)
                  seen_k = torch.cat([torch.narrow(k_cache, 1, 0, first_choice), torch.index_select(k_cache, 1, tokens), torch.narrow(k_cache, 1, after_choice, end - after_choice)], 1)
                  seen_v = torch.cat([torch.narrow(v_cache, 1, 0, first_choice), torch.index_select(v_cache, 1, tokens), torch.narrow(v_cache, 1, after_choice, end - after_choice)], 1)
                  before = torch.new_ones(own, [n, torch.size(seen_k, 1) - n])
                  allowed = torch.cat([before, own], 1)
                else:
                  $SEE
                $MIX
                $FINISH
                $DETECT
              x = torch.narrow(x, 0, n - 1, 1)
              $HEAD
              return [logits, boundaries, torch.cat(keys, 1), torch.cat(queries, 1)]
            """;

    private static final String OBSERVE =
            """
            def observe(self: __torch__.M, ids: Tensor, w: List[Tensor], kv: List[Tensor], cos: Tensor, sin: Tensor, rows: Tensor) -> List[Tensor]:
              n = torch.size(ids, 0)
              start = 0
              $EMBED
              $MASK
              $LOGS
              boundaries = x
              seen = annotate(List[Tensor], [])
              for l in range($layers):
                $PROJECT
                slot = ($slots)[l]
                if torch.ge(slot, 0):
                  plain_q = torch.reshape(torch.narrow(qk, 1, 0, $heads), [n, $queryWidth])
                  plain_k = torch.reshape(torch.narrow(qk, 1, $heads, $kvHeads), [n, $kvWidth])
                  _0 = torch.append(seen, torch.index_select(q, 0, rows))
                  _1 = torch.append(seen, k)
                  _2 = torch.append(seen, torch.index_select(plain_q, 0, rows))
                  _3 = torch.append(seen, plain_k)
                else:
                  pass
                $ATTEND
                $FINISH
                if torch.eq(l, $boundaryLayer):
                  boundaries = x
                else:
                  boundaries = boundaries
              _4 = torch.append(seen, boundaries)
              return seen
            """;

    /** The methods. */
    static final List<String> METHODS = List.of(PREFILL_ADAPTED, PREFILL_SELECTING, OBSERVE);

    /** The parts that only they name. */
    static final Map<String, String> PARTS =
            Map.of(
                    "DETECT",
                    """
                    if torch.eq(l, $boundaryLayer):
                      boundaries = torch.sigmoid(torch.linear(x, adapters[0], adapters[1]))
                    else:
                      boundaries = boundaries
                    """,
                    // the keys of all tokens and the queries of the last, before rotation
                    "ADAPT",
                    """
                    slot = ($slots)[l]
                    if torch.ge(slot, 0):
                      plain_q = torch.reshape(torch.narrow(torch.narrow(qk, 1, 0, $heads), 0, n - 1, 1), [1, $queryWidth])
                      plain_k = torch.reshape(torch.narrow(qk, 1, $heads, $kvHeads), [n, $kvWidth])
                      _0 = torch.append(queries, torch.linear(plain_q, adapters[slot * 2 + 2]))
                      _1 = torch.append(keys, torch.linear(plain_k, adapters[slot * 2 + 3]))
                    else:
                      pass
                    """);

    private AdapterScript() {}

    /**
     * What a layer without adapters may see of all tokens, while others select; the block's own
     * alone stands for it where there is no such layer.
     */
    static String fullMask(DecoderConfig config, Optional<ChunkAdapters> adapters) {
        var scoring = scoring(adapters);
        boolean isNeeded =
                IntStream.range(0, config.layers())
                        .anyMatch(layer ->
                                !config.sights().get(layer).isWindowed()
                                        && !scoring.contains(layer));
        return isNeeded ? "torch.le(torch.unsqueeze(places, 0), asking)" : "own";
    }

    private static List<Integer> scoring(Optional<ChunkAdapters> adapters) {
        return adapters.stream()
                .flatMap(some -> some.layers().stream())
                .map(ChunkAdapters.Layer::index)
                .toList();
    }

    /** For each layer which of the adapters' layers it is; -1 for none. */
    static String slots(DecoderConfig config, Optional<ChunkAdapters> adapters) {
        return IntStream.range(0, config.layers())
                .map(scoring(adapters)::indexOf)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** The adapters in the order that the methods take them; nothing where there are none. */
    static NDList tensors(
            NDManager manager, DecoderConfig config, Optional<ChunkAdapters> adapters) {
        var list = new NDList();
        adapters.ifPresent(some -> {
            list.add(Tensors.floats(manager, some.boundary(), 1, config.hidden()));
            list.add(Tensors.floats(manager, new float[] {some.bias()}, 1));
            for (var layer : some.layers()) {
                list.add(joint(manager, some.jointQuery(layer), config.queryWidth()));
                list.add(joint(manager, some.jointKey(layer, config), config.kvWidth()));
            }
        });
        return list;
    }

    private static NDArray joint(NDManager manager, float[] map, int inputs) {
        return Tensors.floats(manager, map, map.length / inputs, inputs);
    }
}
