package dev.millrace.workers.text.kernels.torch;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a decoder's step as TorchScript text, with the model's sizes in it as constants.
 *
 * <p>Methods of one body: {@code prefill} (many tokens of one sequence, logits of the last), {@code
 * prefill_adapted} (the same, and for each token its boundary probability and adapted keys, for the
 * last its adapted queries), {@code prefill_selecting} (the same, where a block of tokens sees a
 * selection of the chunks before it), {@code observe} (what adapters are trained with), {@code
 * trace} (all there is to see) and {@code decode} (one token of each of n sequences: the linear
 * maps over all rows at once, attention for each sequence over its own length). Arguments: {@code
 * w} the weights, layer by layer in the order of {@link LayerWeight}, then embedding, final norm
 * and head; {@code kv} for each layer the sequences' keys, then their values; {@code cos} and
 * {@code sin} of the tokens' positions. The residual stream, norms, rotations and softmax are f32,
 * products are in the weights' type; {@link KvScript} says how keys and values are kept.
 */
final class DecoderScript {
    private static final String PREFILL =
            """
            def prefill(self: __torch__.M, ids: Tensor, w: List[Tensor], kv: List[Tensor], cos: Tensor, sin: Tensor, start: int) -> Tensor:
              n = torch.size(ids, 0)
              $EMBED
              $MASK
              $LOGS
              for l in range($layers):
                $PROJECT
                $ATTEND
                $FINISH
              x = torch.narrow(x, 0, n - 1, 1)
              $HEAD
              return logits
            """;

    private static final String TRACE =
            """
            def trace(self: __torch__.M, ids: Tensor, w: List[Tensor], kv: List[Tensor], cos: Tensor, sin: Tensor, start: int) -> List[Tensor]:
              n = torch.size(ids, 0)
              $EMBED
              $MASK
              $LOGS
              seen = [x]
              for l in range($layers):
                $PROJECT
                $ATTEND
                $FINISH
                _0 = torch.append(seen, x)
              $HEAD
              _1 = torch.append(seen, normed)
              _2 = torch.append(seen, logits)
              return seen
            """;

    private static final String DECODE =
            """
            def decode(self: __torch__.M, ids: Tensor, w: List[Tensor], kv: List[Tensor], cos: Tensor, sin: Tensor, positions: List[int]) -> Tensor:
              n = torch.size(ids, 0)
              $EMBED
              $LOGS_OF_EACH
              for l in range($layers):
                $PROJECT
                rows = annotate(List[Tensor], [])
                for b in range(n):
                  $ATTEND_ONE
                  _0 = torch.append(rows, row)
                o = torch.stack(rows, 0)
                $FINISH
              $HEAD
              return logits
            """;

    /** What the methods share, by name; each stands on a line of its own in them. */
    private static final Map<String, String> PARTS =
            Map.of(
                    "EMBED",
                    "x = torch.to(torch.embedding(w[$embedding], ids), 6)",
                    // true where a token may look: at its own position and before
                    "MASK",
                    """
                    $PLACES
                    mask = torch.le(torch.unsqueeze(places, 0), asking)
                    """,
                    // of all tokens, and of the block's own, below each other
                    "PLACES",
                    """
                    end = start + n
                    places = torch.sub(torch.cumsum(torch.new_ones(ids, [end]), 0), 1)
                    asking = torch.unsqueeze(torch.narrow(places, 0, start, n), 1)
                    $NEAR_MASK
                    """,
                    // q [n, heads, headDim], k and v [n, kvHeads, headDim]; the queries and keys
                    // turned
                    "PROJECT",
                    """
                    a = torch.to(torch.rms_norm(x, [$hidden], $attentionNorm, $epsilon), $type)
                    qkv = torch.to(torch.linear(a, $qkv, $qkvBias), 6)
                    q0 = torch.view(torch.narrow(qkv, 1, 0, $queryWidth), [n, $heads, $headDim])
                    k0 = torch.view(torch.narrow(qkv, 1, $queryWidth, $kvWidth), [n, $kvHeads, $headDim])
                    v = torch.view(torch.narrow(qkv, 1, $queryWidth + $kvWidth, $kvWidth), [n, $kvHeads, $headDim])
                    qk = torch.cat([$normedQuery, $normedKey], 1)
                    $TURN
                    left = torch.narrow(qk, 2, 0, $half)
                    right = torch.narrow(qk, 2, $half, $half)
                    turned_left = torch.sub(torch.mul(left, c), torch.mul(right, s))
                    turned_right = torch.add(torch.mul(right, c), torch.mul(left, s))
                    turned = torch.cat([turned_left, turned_right], 2)
                    q = torch.narrow(turned, 1, 0, $heads)
                    k = torch.narrow(turned, 1, $heads, $kvHeads)
                    $SCALE
                    """,
                    // a block of one sequence, written and what it sees: o [n, queryWidth]
                    "ATTEND",
                    """
                    $SEE
                    $MIX
                    """,
                    "WRITE",
                    """
                    k_cache = kv[l * 2]
                    v_cache = kv[l * 2 + 1]
                    k_new = torch.copy_(torch.narrow(k_cache, 1, start, n), (self).keep(torch.transpose(k, 0, 1)))
                    v_new = torch.copy_(torch.narrow(v_cache, 1, start, n), (self).keep(torch.transpose(v, 0, 1)))
                    """,
                    "MIX",
                    """
                    count = torch.size(seen_k, 1)
                    qs = torch.to(torch.reshape(torch.transpose(q, 0, 1), [$kvHeads, $group, n, $headDim]), $type)
                    ks = torch.expand(torch.unsqueeze((self).kept(seen_k), 1), [$kvHeads, $group, count, $headDim])
                    vs = torch.expand(torch.unsqueeze((self).kept(seen_v), 1), [$kvHeads, $group, count, $headDim])
                    mixed = torch.scaled_dot_product_attention(qs, ks, vs, allowed, 0., False)
                    o = torch.reshape(torch.permute(mixed, [2, 0, 1, 3]), [n, $queryWidth])
                    """,
                    // one token of sequence b: row [queryWidth]
                    "ATTEND_ONE",
                    """
                    k_cache = kv[l * 2 * n + b]
                    v_cache = kv[l * 2 * n + n + b]
                    position = positions[b]
                    $SEE_OF_ONE
                    qs = torch.to(torch.reshape(torch.select(q, 0, b), [$kvHeads, $group, $headDim]), $type)
                    p = torch.softmax(torch.mul(torch.matmul(qs, torch.transpose((self).kept(seen_k), 1, 2)), $scale), -1, 6)
                    mixed = torch.matmul(torch.to(p, $type), (self).kept(seen_v))
                    row = torch.reshape(mixed, [$queryWidth])
                    """,
                    // from the heads' mixtures to the residual stream after the layer
                    "FINISH",
                    """
                    x1 = torch.add(x, torch.to(torch.linear(o, $output, $outputBias), 6))
                    m = torch.to(torch.rms_norm(x1, [$hidden], $mlpNorm, $epsilon), $type)
                    gate_up = torch.linear(m, $gateUp)
                    gate = torch.silu(torch.narrow(gate_up, 1, 0, $feedForward))
                    up = torch.narrow(gate_up, 1, $feedForward, $feedForward)
                    x = torch.add(x1, torch.to(torch.linear(torch.mul(gate, up), $down), 6))
                    """,
                    "HEAD",
                    """
                    normed = torch.rms_norm(x, [$hidden], w[$finalNorm], $epsilon)
                    logits = torch.to(torch.linear(torch.to(normed, $type), w[$head]), 6)
                    """);

    private static final Pattern PART_LINE = Pattern.compile("(?m)^( *)\\$([A-Z_]+)\\n");
    private static final Pattern NAME = Pattern.compile("\\$(\\w+)");

    private DecoderScript() {}

    /** What a model is computed in, f32 or bf16, and what it keeps. */
    record Types(ElementType type, ElementType kvType) {}

    /** The text for a model. */
    static String of(DecoderConfig config, Types types, Optional<ChunkAdapters> adapters) {
        var values = values(config, types.type());
        values.put("kvType", "" + types.kvType().torch());
        values.put("boundaryLayer", "" + adapters.map(ChunkAdapters::boundaryLayer).orElse(0));
        values.put("slots", AdapterScript.slots(config, adapters));
        values.put("fullMask", AdapterScript.fullMask(config, adapters));
        var parts = new HashMap<>(PARTS);
        parts.putAll(SightScript.parts(config));
        parts.putAll(AdapterScript.PARTS);
        var methods = Stream.of(KvScript.methods(types.kvType()), PREFILL, TRACE, DECODE);
        return Stream.concat(
                        methods, adapters.stream().flatMap(_ -> AdapterScript.METHODS.stream()))
                .map(method -> assembled(method, parts))
                .map(method ->
                        NAME.matcher(method).replaceAll(name -> value(values, name.group(1))))
                .collect(Collectors.joining());
    }

    /** With the parts it names in their places; these may name parts in turn. */
    private static String assembled(String text, Map<String, String> parts) {
        return PART_LINE.matcher(text).replaceAll(line -> part(line, parts));
    }

    private static String part(MatchResult line, Map<String, String> parts) {
        var text = parts.get(line.group(2));
        if (text == null) {
            throw new IllegalArgumentException("no part " + line.group(2));
        }
        var whole = assembled(text, parts);
        return Matcher.quoteReplacement(
                whole.isEmpty() ? "" : whole.indent(line.group(1).length()));
    }

    private static String value(Map<String, String> values, String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no value for $" + name);
        }
        return value;
    }

    private static Map<String, String> values(DecoderConfig config, ElementType type) {
        var values = new HashMap<String, String>();
        var present = LayerWeight.of(config);
        for (var weight : LayerWeight.values()) {
            int at = present.indexOf(weight);
            values.put(
                    weight.scriptName(),
                    at < 0 ? "None" : "w[l * " + present.size() + " + " + at + "]");
        }
        int tail = config.layers() * present.size();
        values.putAll(
                Map.of(
                        "embedding",
                        "" + tail,
                        "finalNorm",
                        "" + (tail + 1),
                        "head",
                        "" + (tail + 2)));
        values.put("normedQuery", headNorm("q0", LayerWeight.QUERY_NORM, config, values));
        values.put("normedKey", headNorm("k0", LayerWeight.KEY_NORM, config, values));
        values.putAll(sizes(config));
        values.putAll(SightScript.values(config));
        values.put("type", "" + type.torch());
        values.put("epsilon", "" + config.epsilon());
        values.put("scale", "" + Math.pow(config.headDim(), -0.5));
        return values;
    }

    private static String headNorm(
            String heads, LayerWeight norm, DecoderConfig config, Map<String, String> values) {
        return config.extras().qkNorm()
                ? "torch.rms_norm(%s, [%d], %s, %s)"
                        .formatted(
                                heads,
                                config.headDim(),
                                values.get(norm.scriptName()),
                                config.epsilon())
                : heads;
    }

    private static Map<String, String> sizes(DecoderConfig config) {
        return Map.of(
                "layers", "" + config.layers(),
                "hidden", "" + config.hidden(),
                "heads", "" + config.heads(),
                "kvHeads", "" + config.kvHeads(),
                "group", "" + config.heads() / config.kvHeads(),
                "headDim", "" + config.headDim(),
                "half", "" + config.headDim() / 2,
                "queryWidth", "" + config.queryWidth(),
                "kvWidth", "" + config.kvWidth(),
                "feedForward", "" + config.feedForward());
    }
}
