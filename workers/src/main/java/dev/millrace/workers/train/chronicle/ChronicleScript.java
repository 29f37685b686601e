package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.tensor.ElementType;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The decoder as TorchScript text, with the order of weights of {@link ChronicleShape#weights}.
 *
 * <p>The residual stream, norms, rotation, scale and the loss are float32; what is between them is
 * of the inner type.
 *
 * <p>Log-n scale: {@code q *= 1 + s_h max(0, ln(n / 64))} with n visible keys, so that a softmax
 * over many keys stays as sharp as one over few.
 */
final class ChronicleScript {
    private static final String PARTS =
            """
            def low(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, $type)
            def norm(self: __torch__.M, x: Tensor, gain: Tensor) -> Tensor:
              return self.low(torch.rms_norm(x, [$hidden], gain, $epsilon))
            def rope(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
              a = torch.narrow(x, 3, 0, $half)
              b = torch.narrow(x, 3, $half, $half)
              rest = torch.narrow(x, 3, $rotary, $headDim - $rotary)
              left = torch.sub(torch.mul(a, cos), torch.mul(b, sin))
              right = torch.add(torch.mul(b, cos), torch.mul(a, sin))
              return torch.cat([left, right, torch.to(rest, 6)], 3)
            def scale(self: __torch__.M, q: Tensor, s: Tensor, logs: Tensor) -> Tensor:
              factor = torch.add(torch.mul(torch.view(s, [-1, 1, 1]), torch.view(logs, [1, -1, 1])), 1)
              return torch.mul(q, factor)
            def heads(self: __torch__.M, x: Tensor, w: Tensor, heads: int) -> Tensor:
              y = torch.linear(x, self.low(w))
              return torch.transpose(torch.unflatten(y, 2, [heads, $headDim]), 1, 2)
            def share(self: __torch__.M, x: Tensor) -> Tensor:
              wide = torch.expand(torch.unsqueeze(x, 2), [-1, -1, $group, -1, -1])
              return torch.flatten(wide, 1, 2)
            def whole(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
              return torch.scaled_dot_product_attention(q, self.share(k), self.share(v), None, 0., True)
            def blocks(self: __torch__.M, x: Tensor, pad: int) -> Tensor:
              padded = torch.constant_pad_nd(x, [0, 0, 0, pad], 0)
              return torch.unflatten(padded, 2, [-1, $window])
            def nearby(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:
              n = torch.size(q, 2)
              if torch.le(n, $window):
                a = self.whole(q, k, v)
              else:
                count = torch.floordiv(n + $window - 1, $window)
                pad = count * $window - n
                qs = self.blocks(q, pad)
                ks = self.blocks(self.share(k), pad)
                vs = self.blocks(self.share(v), pad)
                first = torch.scaled_dot_product_attention(torch.select(qs, 2, 0), torch.select(ks, 2, 0), torch.select(vs, 2, 0), None, 0., True)
                later = torch.flatten(torch.narrow(qs, 2, 1, count - 1), 1, 2)
                keys = torch.cat([torch.narrow(ks, 2, 0, count - 1), torch.narrow(ks, 2, 1, count - 1)], 3)
                values = torch.cat([torch.narrow(vs, 2, 0, count - 1), torch.narrow(vs, 2, 1, count - 1)], 3)
                rest = torch.scaled_dot_product_attention(later, torch.flatten(keys, 1, 2), torch.flatten(values, 1, 2), mask, 0., False)
                rest = torch.flatten(torch.unflatten(rest, 1, [$heads, -1]), 2, 3)
                a = torch.narrow(torch.cat([first, rest], 2), 2, 0, n)
              return a
            def out(self: __torch__.M, a: Tensor, w: Tensor) -> Tensor:
              return torch.linear(torch.flatten(torch.transpose(a, 1, 2), 2), self.low(w))
            def gated(self: __torch__.M, h: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
              g = torch.silu(torch.linear(h, self.low(gate)))
              return torch.linear(torch.mul(g, torch.linear(h, self.low(up))), self.low(down))
            def logits(self: __torch__.M, x: Tensor, embedding: Tensor) -> Tensor:
              return torch.to(torch.flatten(torch.linear(x, self.low(embedding)), 0, 1), 6)
            """;

    private static final String READ =
            """
            def read(self: __torch__.M, ids: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, logs: Tensor, mask: Tensor, w: List[Tensor], cache: List[Tensor]) -> Tensor:
              x = torch.embedding(#{model.embed_tokens}, ids)
              c = torch.unsqueeze(torch.embedding(cos, positions), 1)
              s = torch.unsqueeze(torch.embedding(sin, positions), 1)
              g = torch.narrow(logs, 0, 0, torch.size(ids, 1))
            """;

    private static final String QUERY =
            """
              h = self.norm(x, #{input_layernorm})
              q = self.heads(h, #{self_attn.q_proj}, $heads)
              k = self.heads(h, #{self_attn.k_proj}, $kvHeads)
              v = self.heads(h, #{self_attn.v_proj}, $kvHeads)
            """;

    private static final String ROTATE =
            """
              q = self.rope(q, c, s)
              k = self.low(self.rope(k, c, s))
            """;

    private static final String SCALE =
            """
              q = self.scale(q, #{self_attn.log_scale}, g)
            """;

    private static final String LOWER =
            """
              q = self.low(q)
            """;

    private static final String KEEP =
            """
              k0 = torch.append(cache, k)
              v0 = torch.append(cache, v)
            """;

    private static final String LOCAL =
            """
              a = self.nearby(q, k, v, mask)
            """;

    private static final String GLOBAL =
            """
              a = self.whole(q, k, v)
            """;

    private static final String LEAVE =
            """
              x = torch.add(x, self.out(a, #{self_attn.o_proj}))
              h = self.norm(x, #{post_attention_layernorm})
              x = torch.add(x, self.gated(h, #{mlp.gate_proj}, #{mlp.up_proj}, #{mlp.down_proj}))
            """;

    private static final String LAST =
            """
              return self.norm(x, #{model.norm})
            """;

    private static final String METHODS =
            """
            def forward(self: __torch__.M, ids: Tensor, targets: Tensor, weights: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, logs: Tensor, mask: Tensor, w: List[Tensor]) -> Tensor:
              x = self.read(ids, positions, cos, sin, logs, mask, w, annotate(List[Tensor], []))
              losses = torch.cross_entropy_loss(self.logits(x, w[0]), torch.flatten(targets), None, 0, -100, 0.)
              return torch.div(torch.dot(losses, torch.flatten(weights)), torch.sum(weights))
            def predict(self: __torch__.M, ids: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, logs: Tensor, mask: Tensor, w: List[Tensor]) -> Tensor:
              x = self.read(ids, positions, cos, sin, logs, mask, w, annotate(List[Tensor], []))
              return torch.argmax(self.logits(x, w[0]), 1)
            def prefill(self: __torch__.M, ids: Tensor, positions: Tensor, cos: Tensor, sin: Tensor, logs: Tensor, mask: Tensor, w: List[Tensor]) -> List[Tensor]:
              cache = annotate(List[Tensor], [])
              x = self.read(ids, positions, cos, sin, logs, mask, w, cache)
              return cache
            """;

    private static final String RECALL =
            """
            def wide(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(self.share(x), 6)
            def far(self: __torch__.M, q: Tensor, keys: Tensor) -> Tensor:
              many = torch.flatten(torch.transpose(torch.to(q, 6), 0, 1), 1, 2)
              return torch.matmul(many, torch.transpose(torch.squeeze(self.wide(keys), 0), 1, 2))
            def merge(self: __torch__.M, far: Tensor, q: Tensor, k: Tensor, v: Tensor, values: Tensor, near: Tensor) -> Tensor:
              rows = torch.size(q, 0)
              own = torch.matmul(torch.to(q, 6), torch.transpose(self.wide(k), 2, 3))
              own = torch.masked_fill(own, torch.logical_not(near), -1.0e+30)
              own = torch.flatten(torch.transpose(own, 0, 1), 1, 2)
              p = torch.softmax(torch.mul(torch.cat([far, own], 2), $scale), 2)
              n = torch.size(far, 2)
              a = torch.matmul(torch.narrow(p, 2, 0, n), torch.squeeze(self.wide(values), 0))
              b = torch.unflatten(torch.narrow(p, 2, n, torch.size(q, 2)), 1, [rows, -1])
              b = torch.matmul(torch.transpose(b, 0, 1), self.wide(v))
              return self.low(torch.add(torch.transpose(torch.unflatten(a, 1, [rows, -1]), 0, 1), b))
            def wholeAfter(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, keys: Tensor, values: Tensor, near: Tensor) -> Tensor:
              return self.merge(self.far(q, keys), q, k, v, values, near)
            def nearbyAfter(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, keys: Tensor, values: Tensor, near: Tensor, reach: Tensor) -> Tensor:
              seen = torch.size(reach, 1)
              first = torch.size(keys, 2) - seen
              far = self.far(q, torch.narrow(keys, 2, first, seen))
              far = torch.unflatten(far, 1, [torch.size(q, 0), -1])
              far = torch.flatten(torch.masked_fill(far, torch.logical_not(reach), -1.0e+30), 1, 2)
              return self.merge(far, q, k, v, torch.narrow(values, 2, first, seen), near)
            """;

    private static final String ASK =
            """
            def ask(self: __torch__.M, ids: Tensor, positions: Tensor, start: int, cos: Tensor, sin: Tensor, logs: Tensor, near: Tensor, nearest: Tensor, reach: Tensor, w: List[Tensor], cache: List[Tensor]) -> Tensor:
              x = torch.embedding(#{model.embed_tokens}, ids)
              c = torch.unsqueeze(torch.embedding(cos, positions), 1)
              s = torch.unsqueeze(torch.embedding(sin, positions), 1)
              g = torch.narrow(logs, 0, start, torch.size(ids, 1))
            """;

    private static final String ANSWER =
            """
              x = self.norm(x, #{model.norm})
              return torch.argmax(self.logits(x, w[0]), 1)
            """;

    private static final Pattern WEIGHT = Pattern.compile("#\\{([\\w.]+)}");

    private final ChronicleShape shape;
    private final List<String> names;
    private final StringBuilder text = new StringBuilder();

    private ChronicleScript(ChronicleShape shape) {
        this.shape = shape;
        this.names = new ArrayList<>(shape.weights().keySet());
    }

    /**
     * {@code forward(ids, targets, weights, positions, cos, sin, logs, mask, w)}: the mean negative
     * log-likelihood of the targets, each counted by its weight; {@code predict(ids, positions,
     * cos, sin, logs, mask, w)}: the most likely next token after each, [rows * length]; {@code
     * prefill(...)}, with the same arguments: keys and values of each layer, each [rows, kvHeads,
     * length, headDim]; and {@code ask(ids, positions, start, cos, sin, logs, near, nearest, reach,
     * w, cache)}: the same as {@code predict} for many rows that all follow the one row of a cache,
     * whose length is {@code start}. {@code near} and {@code nearest}, [length, length], say what a
     * token of a global and of a local layer sees of its own row; {@code reach}, [length, n], what
     * it sees of the cache's last n tokens in a local layer.
     */
    static String of(ChronicleShape shape, ElementType inner) {
        return new ChronicleScript(shape).filled(inner);
    }

    private String filled(ElementType inner) {
        text.append(PARTS);
        append(READ, "");
        for (var layer = 0; layer < shape.layers().size(); layer++) {
            appendLayer(shape.layers().get(layer), "model.layers." + layer + ".");
        }
        append(LAST, "");
        text.append(METHODS).append(RECALL);
        append(ASK, "");
        for (var layer = 0; layer < shape.layers().size(); layer++) {
            appendLayerAfter(layer);
        }
        append(ANSWER, "");
        return text.toString()
                .replace("$scale", Double.toString(1 / Math.sqrt(shape.headDim())))
                .replace("$type", Integer.toString(inner.torch()))
                .replace("$hidden", Integer.toString(shape.hidden()))
                .replace("$epsilon", Double.toString(ChronicleShape.EPSILON))
                .replace("$headDim", Integer.toString(shape.headDim()))
                .replace("$half", Integer.toString(shape.rotary() / 2))
                .replace("$rotary", Integer.toString(shape.rotary()))
                .replace("$window", Integer.toString(shape.window()))
                .replace("$heads", Integer.toString(shape.heads()))
                .replace("$kvHeads", Integer.toString(shape.kvHeads()))
                .replace("$group", Integer.toString(shape.heads() / shape.kvHeads()));
    }

    private void appendLayer(ChronicleShape.Layer layer, String prefix) {
        appendQuery(layer, prefix);
        append(KEEP, prefix);
        append(layer.isLocal() ? LOCAL : GLOBAL, prefix);
        append(LEAVE, prefix);
    }

    private void appendQuery(ChronicleShape.Layer layer, String prefix) {
        append(QUERY, prefix);
        if (layer.isRotated()) {
            append(ROTATE, prefix);
        }
        if (!layer.isLocal()) {
            append(SCALE, prefix);
        }
        append(LOWER, prefix);
    }

    /** A layer that also sees what a cache holds. */
    private void appendLayerAfter(int index) {
        var layer = shape.layers().get(index);
        var prefix = "model.layers." + index + ".";
        appendQuery(layer, prefix);
        var cached = "cache[%d], cache[%d]".formatted(2 * index, 2 * index + 1);
        text.append(
                layer.isLocal()
                        ? "  a = self.nearbyAfter(q, k, v, %s, nearest, reach)\n".formatted(cached)
                        : "  a = self.wholeAfter(q, k, v, %s, near)\n".formatted(cached));
        append(LEAVE, prefix);
    }

    private void append(String lines, String prefix) {
        text.append(WEIGHT.matcher(lines).replaceAll(match -> weight(match, prefix)));
    }

    private String weight(MatchResult match, String prefix) {
        var name = prefix + match.group(1) + ".weight";
        var index = names.indexOf(name);
        if (index < 0) {
            throw new IllegalStateException("no weight " + name);
        }
        return "w[" + index + "]";
    }
}
