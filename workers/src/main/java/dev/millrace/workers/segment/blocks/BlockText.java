package dev.millrace.workers.segment.blocks;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

/**
 * Script text that several networks share. The residual stream and norms are f32, products are in
 * the inner type; {@code i} is the place of a module's first weight.
 */
public final class BlockText {
    private static final String TYPES =
            """
            def low(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, $type)
            def wide(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, 6)
            """;

    private static final String LAYERS =
            """
            def norm(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, epsilon: float) -> Tensor:
              return torch.layer_norm(x, [torch.size(w[i], 0)], w[i], w[i + 1], epsilon, False)
            def linear(self: __torch__.M, x: Tensor, w: List[Tensor], i: int) -> Tensor:
              return torch.linear(self.low(x), self.low(w[i]), self.low(w[i + 1]))
            def split(self: __torch__.M, x: Tensor, heads: int) -> Tensor:
              return torch.transpose(torch.unflatten(x, 2, [heads, -1]), 1, 2)
            def join(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.flatten(torch.transpose(x, 1, 2), 2)
            """;

    /** Positions of a square grid, a class token's first, as those of another grid. */
    private static final String POSITIONS =
            """
            def positions(self: __torch__.M, table: Tensor, grid: int, rows: int, columns: int) -> Tensor:
              if torch.__and__(torch.eq(rows, grid), torch.eq(columns, grid)):
                moved = table
              else:
                cells = torch.transpose(torch.narrow(table, 0, 1, grid * grid), 0, 1)
                square = torch.reshape(cells, [1, -1, grid, grid])
                scaled = torch.upsample_bilinear2d(square, [rows, columns], False)
                others = torch.transpose(torch.flatten(torch.squeeze(scaled, 0), 1), 0, 1)
                moved = torch.cat([torch.narrow(table, 0, 0, 1), others])
              return moved
            """;

    private static final String FUSED =
            """
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
              return torch.scaled_dot_product_attention(q, k, v, None, 0., causal)
            """;

    /** On CPUs whose bf16 products are fast, quicker than the fused one. */
    private static final String PLAIN =
            """
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
              scaled = torch.mul(q, torch.pow(torch.size(q, 3), -0.5))
              scores = torch.matmul(scaled, torch.transpose(k, 2, 3))
              if causal:
                future = torch.new_full(scores, [torch.size(q, 2), torch.size(k, 2)], -1.e30)
                scores = torch.add(scores, torch.triu(future, 1))
              return torch.matmul(torch.softmax(scores, -1), v)
            """;

    private BlockText() {}

    /**
     * {@code low}, {@code wide}, {@code norm}, {@code linear}, and of attention {@code split} [n,
     * tokens, width] to [n, heads, tokens, headWidth], {@code attend}, {@code join}; {@code
     * positions}.
     */
    public static String of(ElementType inner, Devices.Choice device) {
        boolean isPlain = inner == ElementType.BF16 && device.isCpu();
        return types(inner) + LAYERS + POSITIONS + (isPlain ? PLAIN : FUSED);
    }

    /** {@code low} and {@code wide} alone: to the inner type and to f32. */
    public static String types(ElementType inner) {
        return TYPES.replace("$type", Integer.toString(inner.torch()));
    }
}
