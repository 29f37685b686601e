package dev.millrace.workers.train.stories;

/**
 * The decoder as TorchScript text: one call per step, differentiable, with the order of weights of
 * {@link StoryShape#weights}.
 *
 * <p>The residual stream, norms and the loss are float32; everything between them is bfloat16
 * (dtype 15), which the CPU multiplies several times as fast.
 */
final class StoryScript {
    private static final String LOSS =
            """
            def low(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, 15)
            def norm(self: __torch__.M, x: Tensor, gain: Tensor) -> Tensor:
              return self.low(torch.rms_norm(x, [$hidden], gain, $epsilon))
            def rope(self: __torch__.M, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
              halves = torch.split(x, $half, 3)
              a = halves[0]
              b = halves[1]
              return torch.cat([torch.sub(torch.mul(a, cos), torch.mul(b, sin)), torch.add(torch.mul(b, cos), torch.mul(a, sin))], 3)
            def heads(self: __torch__.M, x: Tensor, w: Tensor, heads: int) -> Tensor:
              return torch.transpose(torch.unflatten(torch.linear(x, self.low(w)), 2, [heads, $headDim]), 1, 2)
            def share(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.flatten(torch.expand(torch.unsqueeze(x, 2), [-1, -1, $group, -1, -1]), 1, 2)
            def attend(self: __torch__.M, h: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor], i: int) -> Tensor:
              q = self.rope(self.heads(h, w[i + 1], $heads), cos, sin)
              k = self.share(self.rope(self.heads(h, w[i + 2], $kvHeads), cos, sin))
              v = self.share(self.heads(h, w[i + 3], $kvHeads))
              a = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
              return torch.linear(torch.flatten(torch.transpose(a, 1, 2), 2), self.low(w[i + 4]))
            def gated(self: __torch__.M, h: Tensor, w: List[Tensor], i: int) -> Tensor:
              gate = torch.silu(torch.linear(h, self.low(w[i + 6])))
              up = torch.linear(h, self.low(w[i + 7]))
              return torch.linear(torch.mul(gate, up), self.low(w[i + 8]))
            def forward(self: __torch__.M, ids: Tensor, targets: Tensor, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
              x = torch.embedding(w[0], ids)
              c = self.low(cos)
              s = self.low(sin)
              for l in range($layers):
                i = 1 + l * 9
                x = torch.add(x, self.attend(self.norm(x, w[i]), c, s, w, i))
                x = torch.add(x, self.gated(self.norm(x, w[i + 5]), w, i))
              x = self.norm(x, w[1 + $layers * 9])
              logits = torch.to(torch.flatten(torch.linear(x, self.low(w[0])), 0, 1), 6)
              return torch.cross_entropy_loss(logits, torch.flatten(targets), None, 1, -100, 0.)
            """;

    private StoryScript() {}

    /**
     * {@code forward(ids, targets, cos, sin, weights)}: the mean negative log-likelihood of the
     * targets.
     */
    static String loss(StoryShape shape) {
        return filled(LOSS, shape);
    }

    private static String filled(String text, StoryShape shape) {
        return text.replace("$hidden", Integer.toString(shape.hidden()))
                .replace("$epsilon", Double.toString(StoryShape.EPSILON))
                .replace("$headDim", Integer.toString(shape.headDim()))
                .replace("$half", Integer.toString(shape.headDim() / 2))
                .replace("$layers", Integer.toString(shape.layers()))
                .replace("$heads", Integer.toString(shape.heads()))
                .replace("$kvHeads", Integer.toString(shape.kvHeads()))
                .replace("$group", Integer.toString(shape.heads() / shape.kvHeads()));
    }
}
