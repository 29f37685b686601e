package dev.millrace.workers.text.kernels.torch;

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
                if torch.eq(l, 0):
                  boundaries = torch.sigmoid(torch.linear(x, adapters[0], adapters[1]))
                else:
                  boundaries = boundaries
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
                if torch.eq(l, 0):
                  boundaries = x
                else:
                  boundaries = boundaries
              _4 = torch.append(seen, boundaries)
              return seen
            """;

    /** The methods. */
    static final List<String> METHODS = List.of(PREFILL_ADAPTED, OBSERVE);

    /** The parts that only they name. */
    static final Map<String, String> PARTS =
            Map.of(
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

    /** For each layer which of the adapters' layers it is; -1 for none. */
    static String slots(DecoderConfig config, Optional<ChunkAdapters> adapters) {
        var scoring =
                adapters.stream()
                        .flatMap(some -> some.layers().stream())
                        .map(ChunkAdapters.Layer::index)
                        .toList();
        return IntStream.range(0, config.layers())
                .map(scoring::indexOf)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
