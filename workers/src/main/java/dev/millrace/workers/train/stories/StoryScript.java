package dev.millrace.workers.train.stories;

import dev.millrace.workers.tensor.ElementType;

/**
 * The decoder as TorchScript text: one call per step, differentiable, with the order of weights of
 * {@link StoryShape#weights}.
 *
 * <p>The residual stream, norms and the loss are float32; what is between them may be bfloat16,
 * which the CPU multiplies several times as fast.
 */
final class StoryScript {
    private static final String LAYERS =
            """
            def low(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, $type)
            def norm(self: __torch__.M, x: Tensor, gain: Tensor) -> Tensor:
              return self.low(torch.rms_norm(x, [$hidden], gain, $epsilon))
            def rope(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
              halves = torch.split(x, $half, 3)
              a = halves[0]
              b = halves[1]
              left = torch.sub(torch.mul(a, cos), torch.mul(b, sin))
              right = torch.add(torch.mul(b, cos), torch.mul(a, sin))
              return torch.cat([left, right], 3)
            def heads(self: __torch__.M, x: Tensor, w: Tensor, heads: int) -> Tensor:
              y = torch.linear(x, self.low(w))
              return torch.transpose(torch.unflatten(y, 2, [heads, $headDim]), 1, 2)
            def share(self: __torch__.M, x: Tensor) -> Tensor:
              wide = torch.expand(torch.unsqueeze(x, 2), [-1, -1, $group, -1, -1])
              return torch.flatten(wide, 1, 2)
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, causal: bool, w: Tensor) -> Tensor:
              k = self.share(k)
              v = self.share(v)
              a = torch.scaled_dot_product_attention(q, k, v, None, 0., causal)
              return torch.linear(torch.flatten(torch.transpose(a, 1, 2), 2), self.low(w))
            def gated(self: __torch__.M, h: Tensor, w: List[Tensor], i: int) -> Tensor:
              gate = torch.silu(torch.linear(h, self.low(w[i + 6])))
              up = torch.linear(h, self.low(w[i + 7]))
              return torch.linear(torch.mul(gate, up), self.low(w[i + 8]))
            """;

    private static final String LOSS =
            """
            def forward(self: __torch__.M, ids: Tensor, targets: Tensor, weights: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
              x = torch.embedding(w[0], ids)
              c = self.low(cos)
              s = self.low(sin)
              for l in range($layers):
                i = 1 + l * 9
                h = self.norm(x, w[i])
                q = self.rope(self.heads(h, w[i + 1], $heads), c, s)
                k = self.rope(self.heads(h, w[i + 2], $kvHeads), c, s)
                v = self.heads(h, w[i + 3], $kvHeads)
                x = torch.add(x, self.attend(q, k, v, True, w[i + 4]))
                x = torch.add(x, self.gated(self.norm(x, w[i + 5]), w, i))
              x = self.norm(x, w[1 + $layers * 9])
              logits = torch.to(torch.flatten(torch.linear(x, self.low(w[0])), 0, 1), 6)
              losses = torch.cross_entropy_loss(logits, torch.flatten(targets), None, 0, -100, 0.)
              return torch.div(torch.dot(losses, torch.flatten(weights)), torch.sum(weights))
            """;

    private static final String STEP =
            """
            def step(self: __torch__.M, ids: Tensor, position: int, cos: Tensor, sin: Tensor, w: List[Tensor], keys: List[Tensor], values: List[Tensor]) -> Tensor:
              x = torch.embedding(w[0], torch.unsqueeze(ids, 1))
              c = torch.narrow(cos, 0, position, 1)
              s = torch.narrow(sin, 0, position, 1)
              for l in range($layers):
                i = 1 + l * 9
                h = self.norm(x, w[i])
                q = self.rope(self.heads(h, w[i + 1], $heads), c, s)
                k = self.rope(self.heads(h, w[i + 2], $kvHeads), c, s)
                v = self.heads(h, w[i + 3], $kvHeads)
                k1 = torch.copy_(torch.narrow(keys[l], 2, position, 1), k)
                v1 = torch.copy_(torch.narrow(values[l], 2, position, 1), v)
                k = torch.narrow(keys[l], 2, 0, position + 1)
                v = torch.narrow(values[l], 2, 0, position + 1)
                x = torch.add(x, self.attend(q, k, v, False, w[i + 4]))
                x = torch.add(x, self.gated(self.norm(x, w[i + 5]), w, i))
              return torch.squeeze(torch.linear(self.norm(x, w[1 + $layers * 9]), w[0]), 1)
            """;

    private StoryScript() {}

    /**
     * {@code forward(ids, targets, weights, cos, sin, w)}: the mean negative log-likelihood of the
     * targets, each counted by its weight; bfloat16 inside.
     */
    static String loss(StoryShape shape) {
        return filled(LAYERS + LOSS, shape, ElementType.BF16);
    }

    /**
     * {@code step(ids, position, cos, sin, w, keys, values)}: the logits after one more token of
     * each row, [rows, vocabulary]; keys and values, for each layer [rows, kvHeads, length,
     * headDim], are written in place. All float32.
     */
    static String step(StoryShape shape) {
        return filled(LAYERS + STEP, shape, ElementType.F32);
    }

    private static String filled(String text, StoryShape shape, ElementType inner) {
        return text.replace("$type", Integer.toString(inner.torch()))
                .replace("$hidden", Integer.toString(shape.hidden()))
                .replace("$epsilon", Double.toString(StoryShape.EPSILON))
                .replace("$headDim", Integer.toString(shape.headDim()))
                .replace("$half", Integer.toString(shape.headDim() / 2))
                .replace("$layers", Integer.toString(shape.layers()))
                .replace("$heads", Integer.toString(shape.heads()))
                .replace("$kvHeads", Integer.toString(shape.kvHeads()))
                .replace("$group", Integer.toString(shape.heads() / shape.kvHeads()));
    }
}
