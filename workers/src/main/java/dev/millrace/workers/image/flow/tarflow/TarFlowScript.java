package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import java.util.List;

/**
 * Writes a TarFlow's computations as TorchScript text, with the model's sizes in it as constants.
 *
 * <p>Tokens are in the block's own order: as they are in even blocks, from the last to the first in
 * odd ones. {@code w} are a block's weights in the order of {@link TarFlowConfig#block}. The
 * residual stream, norms and what is computed of tokens are f32, products in between are in the
 * inner type.
 */
public final class TarFlowScript {
    /** Weights of a layer, and which of them are its matrices. */
    static final int LAYER = 12;

    static final List<Integer> MATRICES = List.of(2, 4, 8, 10);

    private static final String LAYERS =
            """
            def low(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, $type)
            def norm(self: __torch__.M, x: Tensor, w: List[Tensor], i: int) -> Tensor:
              return self.low(torch.layer_norm(x, [$width], w[i], w[i + 1], $epsilon, False))
            def linear(self: __torch__.M, x: Tensor, w: List[Tensor], i: int) -> Tensor:
              return torch.linear(x, self.low(w[i]), self.low(w[i + 1]))
            def heads(self: __torch__.M, qkv: Tensor) -> List[Tensor]:
              split = torch.unflatten(qkv, 2, [3, $heads, $headWidth])
              return torch.unbind(torch.permute(split, [2, 0, 3, 1, 4]))
            def project(self: __torch__.M, h: Tensor, w: List[Tensor], i: int) -> List[Tensor]:
              return self.heads(self.linear(self.norm(h, w, i), w, i + 2))
            def finish(self: __torch__.M, h: Tensor, o: Tensor, w: List[Tensor], i: int) -> Tensor:
              seen = torch.flatten(torch.transpose(o, 1, 2), 2)
              h = torch.add(h, torch.to(self.linear(seen, w, i + 4), 6))
              m = torch.gelu(self.linear(self.norm(h, w, i + 6), w, i + 8))
              return torch.add(h, torch.to(self.linear(m, w, i + 10), 6))
            """;

    /** A whole picture at once: a and b of each token from those before it, [n, tokens, 2 D]. */
    private static final String READ =
            """
            def read(self: __torch__.M, p: Tensor, w: List[Tensor], position: Tensor, e: Tensor) -> Tensor:
              h = torch.add(torch.add(torch.linear(p, w[1], w[2]), position), e)
              for l in range($layers):
                i = 3 + l * 12
                qkv = self.project(h, w, i)
                h = self.finish(h, self.causal(qkv[0], qkv[1], qkv[2]), w, i)
              out = torch.linear(torch.narrow(h, 1, 0, $tokens - 1), w[$last], w[$last + 1])
              return torch.constant_pad_nd(out, [0, 0, 1, 0])
            def flow(self: __torch__.M, p: Tensor, w: List[Tensor], position: Tensor, e: Tensor) -> List[Tensor]:
              ab = self.read(p, w, position, e)
              a = torch.narrow(ab, 2, 0, $d)
              b = torch.narrow(ab, 2, $d, $d)
              z = torch.mul(torch.sub(p, b), torch.exp(torch.neg(a)))
              return [z, a, b]
            def encode(self: __torch__.M, p: Tensor, w: List[Tensor], e: Tensor) -> List[Tensor]:
              return self.flow(p, w, w[0], e)
            """;

    private static final String FUSED =
            """
            def causal(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
              return torch.scaled_dot_product_attention(q, k, v, None, 0., True)
            """;

    /** On CPUs whose bf16 products are fast, half the time of the fused one and its gradient. */
    private static final String PLAIN =
            """
            def causal(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
              future = torch.triu(torch.new_full(q, [$tokens, $tokens], -1.e30), 1)
              keys = torch.transpose(torch.flatten(k, 0, 1), 1, 2)
              scores = torch.baddbmm(future, torch.flatten(q, 0, 1), keys, beta=1, alpha=$scale)
              o = torch.bmm(torch.softmax(scores, -1), torch.flatten(v, 0, 1))
              return torch.unflatten(o, 0, [-1, $heads])
            """;

    private static final String LOSS =
            """
            def forward(self: __torch__.M, x: Tensor, mix: Tensor, w: List[Tensor], classes: List[Tensor]) -> Tensor:
              z = x
              scales = torch.zeros([], dtype=6, device=ops.prim.device(x))
              for block in range($blocks):
                part = torch.slice(w, block * $weights, (block + 1) * $weights, 1)
                position = part[0]
                if torch.eq(torch.remainder(block, 2), 1):
                  position = torch.flip(part[0], [0])
                e = torch.unsqueeze(torch.matmul(mix, torch.view(classes[block], [-1, $width])), 1)
                zab = self.flow(z, part, position, e)
                scales = torch.add(scales, torch.mean(zab[1]))
                z = torch.flip(zab[0], [1])
              return torch.add(torch.mul(torch.mean(torch.mul(z, z)), 0.5), scales)
            """;

    /** What {@link BlockMeasures} asks for: six spectral norms, and the next block's input. */
    private static final String MEASURE =
            """
            def spectral(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.max(torch.linalg_svdvals(x))
            def residual(self: __torch__.M, guess: Tensor, z: Tensor, p: Tensor, w: List[Tensor], e: Tensor) -> Tensor:
              ab = self.read(guess, w, w[0], e)
              swept = torch.add(torch.mul(torch.exp(torch.narrow(ab, 2, 0, $d)), z), torch.narrow(ab, 2, $d, $d))
              return self.spectral(torch.mean(torch.sub(swept, p), [0]))
            def measure(self: __torch__.M, p: Tensor, w: List[Tensor], e: Tensor, any: Tensor) -> List[Tensor]:
              zab = self.flow(p, w, w[0], e)
              z = zab[0]
              zeros = torch.zeros_like(z)
              start = torch.copy_(torch.narrow(zeros, 1, 0, 1), torch.narrow(p, 1, 0, 1))
              scaled = torch.mean(torch.mul(torch.exp(torch.neg(zab[1])), p), [0])
              norms = [self.residual(z, z, p, w, any), self.residual(zeros, z, p, w, any), self.spectral(scaled), self.spectral(torch.narrow(w[$last], 0, 0, $d)), self.spectral(torch.narrow(w[$last], 0, $d, $d))]
              return [torch.stack(norms), torch.flip(z, [1])]
            """;

    private TarFlowScript() {}

    /**
     * {@code forward(x, mix, w, classes)}: the mean negative log-likelihood per value, without its
     * constant, of pictures x [n, tokens, tokenWidth]; differentiable. {@code mix} [n, classes]
     * says which class embeddings a picture's own is the sum of; {@code w} are the weights of all
     * blocks, {@code classes} their embeddings.
     */
    public static String loss(TarFlowConfig config, ElementType inner, Devices.Choice device) {
        return filled(LAYERS + causal(inner, device) + READ + LOSS, config, inner);
    }

    /**
     * The loss and everything that a block's inversion and its measures need.
     *
     * @param isPacked whether there are matrices as oneDNN reads them
     */
    static String all(
            TarFlowConfig config, ElementType inner, Devices.Choice device, boolean isPacked) {
        return filled(
                LAYERS
                        + causal(inner, device)
                        + READ
                        + LOSS
                        + SweepScript.of(device, isPacked)
                        + MEASURE,
                config,
                inner);
    }

    private static String causal(ElementType inner, Devices.Choice device) {
        return inner == ElementType.BF16 && device.isCpu() ? PLAIN : FUSED;
    }

    private static String filled(String text, TarFlowConfig config, ElementType inner) {
        int weights = config.block(0).size();
        return text.replace("$type", Integer.toString(inner.torch()))
                .replace("$width", Integer.toString(config.width()))
                .replace("$weights", Integer.toString(weights))
                .replace("$epsilon", Double.toString(TarFlowConfig.EPSILON))
                .replace("$heads", Integer.toString(config.heads()))
                .replace("$headWidth", Integer.toString(config.headWidth()))
                .replace("$scale", Double.toString(1 / Math.sqrt(config.headWidth())))
                .replace("$layers", Integer.toString(config.layers()))
                .replace("$blocks", Integer.toString(config.blocks()))
                .replace("$tokens", Integer.toString(config.patches().tokens()))
                .replace("$last", Integer.toString(weights - 2))
                .replace("$few", inner == ElementType.F32 ? "4" : "0")
                .replace("$d", Integer.toString(config.tokenWidth()));
    }
}
