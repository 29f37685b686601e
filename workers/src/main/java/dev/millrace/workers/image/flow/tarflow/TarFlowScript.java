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

    /** A sweep's products; of few f32 rows the library's usual ones are faster. */
    private static final String PACKED =
            """
            def product(self: __torch__.M, x: Tensor, w: List[Tensor], at: int, packed: List[Tensor], matrix: int) -> Tensor:
              if torch.le(torch.size(x, 0) * torch.size(x, 1), $few):
                y = torch.linear(x, w[at], self.low(w[at + 1]))
              else:
                y = ops.mkldnn._linear_pointwise(x, packed[matrix], self.low(w[at + 1]), "none", annotate(List[Optional[number]], []), "")
              return y
            """;

    private static final String UNPACKED =
            """
            def product(self: __torch__.M, x: Tensor, w: List[Tensor], at: int, packed: List[Tensor], matrix: int) -> Tensor:
              return torch.linear(x, w[at], self.low(w[at + 1]))
            """;

    /**
     * Attention of a run of tokens: the library's own is slow with a mask. Keys and values are f32
     * because one token's attention is many times slower in bf16.
     */
    private static final String SCORED =
            """
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, sight: Tensor, first: int, count: int) -> Tensor:
              if torch.eq(count, 1):
                o = self.low(torch.scaled_dot_product_attention(torch.to(q, 6), k, v, None, 0., False))
              else:
                keys = torch.transpose(self.low(torch.flatten(k, 0, 1)), 1, 2)
                scores = torch.baddbmm(sight, torch.flatten(q, 0, 1), keys, beta=1, alpha=$scale)
                o = torch.unflatten(torch.bmm(torch.softmax(scores, -1), self.low(torch.flatten(v, 0, 1))), 0, [-1, $heads])
              return o
            """;

    private static final String MASKED =
            """
            def attend(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, sight: Tensor, first: int, count: int) -> Tensor:
              if torch.eq(count, 1):
                o = torch.scaled_dot_product_attention(q, k, v, None, 0., False)
              else:
                if torch.eq(first, 0):
                  o = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
                else:
                  o = torch.scaled_dot_product_attention(q, k, v, sight, 0., False)
              return o
            """;

    private static final String SWEEP =
            """
            def sweep(self: __torch__.M, xz: List[Tensor], w: List[Tensor], packed: List[Tensor], kv: List[Tensor], e: Tensor, terms: List[Tensor], picture: int, pictures: int, first: int, count: int, limit: float) -> Tensor:
              views = torch.size(e, 1)
              end = first + count
              x = torch.narrow(xz[0], 0, picture, pictures)
              z = torch.narrow(xz[1], 0, picture, pictures)
              h = torch.linear(torch.narrow(x, 1, first, count), w[1], w[2])
              h = torch.add(h, torch.narrow(w[0], 0, first, count))
              h = torch.flatten(torch.add(torch.unsqueeze(h, 1), torch.narrow(e, 0, picture, pictures)), 0, 1)
              sight = torch.narrow(torch.narrow(terms[0], 0, first, count), 1, 0, end)
              sharpness = torch.narrow(terms[1], 0, 0, pictures * views)
              for l in range($layers):
                i = 3 + l * 12
                qkv = self.heads(self.product(self.norm(h, w, i), w, i + 2, packed, 4 * l))
                k = torch.narrow(torch.narrow(kv[2 * l], 0, picture * views, pictures * views), 2, 0, end)
                v = torch.narrow(torch.narrow(kv[2 * l + 1], 0, picture * views, pictures * views), 2, 0, end)
                k1 = torch.copy_(torch.narrow(k, 2, first, count), qkv[1])
                v1 = torch.copy_(torch.narrow(v, 2, first, count), qkv[2])
                o = self.attend(torch.mul(qkv[0], sharpness), k, v, sight, first, count)
                seen = torch.flatten(torch.transpose(o, 1, 2), 2)
                h = torch.add(h, torch.to(self.product(seen, w, i + 4, packed, 4 * l + 1), 6))
                m = torch.gelu(self.product(self.norm(h, w, i + 6), w, i + 8, packed, 4 * l + 2))
                h = torch.add(h, torch.to(self.product(m, w, i + 10, packed, 4 * l + 3), 6))
              ab = torch.unflatten(torch.linear(h, w[$last], w[$last + 1]), 0, [pictures, views])
              told = torch.select(ab, 1, 0)
              a = torch.narrow(told, 2, 0, $d)
              b = torch.narrow(told, 2, $d, $d)
              if torch.gt(views, 1):
                untold = torch.select(ab, 1, 1)
                ga = torch.narrow(terms[2], 0, first, count)
                gb = torch.narrow(terms[3], 0, first, count)
                a = torch.add(a, torch.mul(ga, torch.sub(a, torch.narrow(untold, 2, 0, $d))))
                b = torch.add(b, torch.mul(gb, torch.sub(b, torch.narrow(untold, 2, $d, $d))))
              old = torch.narrow(x, 1, first + 1, count)
              new = torch.add(torch.mul(torch.exp(a), torch.narrow(z, 1, first + 1, count)), b)
              return self.replace(old, new, limit)
            def replace(self: __torch__.M, old: Tensor, new: Tensor, limit: float) -> Tensor:
              new = torch.clamp(new, -limit, limit)
              change = torch.abs(torch.sub(new, old))
              old1 = torch.copy_(old, new)
              return torch.stack([torch.amax(change, [2]), torch.sum(torch.mul(change, change), [2])])
            def advance(self: __torch__.M, xz: List[Tensor], w: List[Tensor], packed: List[Tensor], kv: List[Tensor], e: Tensor, terms: List[Tensor], picture: int, pictures: int, first: int, count: int, limit: float) -> Tensor:
              change = self.sweep(xz, w, packed, kv, e, terms, picture, pictures, first, 1, limit)
              for i in range(count - 1):
                change = self.sweep(xz, w, packed, kv, e, terms, picture, pictures, first + i + 1, 1, limit)
              return change
            def clamp_first(self: __torch__.M, xz: List[Tensor], limit: float) -> Tensor:
              return self.replace(torch.narrow(xz[0], 1, 0, 1), torch.narrow(xz[1], 1, 0, 1), limit)
            def enter(self: __torch__.M, xz: List[Tensor], turned: int) -> Tensor:
              if torch.eq(turned, 1):
                z = torch.copy_(xz[1], torch.flip(xz[0], [1]))
              else:
                z = torch.copy_(xz[1], xz[0])
              return torch.copy_(xz[0], z)
            def clear(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.zero_(x)
            def guess_zeros(self: __torch__.M, xz: List[Tensor]) -> Tensor:
              return torch.zero_(torch.narrow(xz[0], 1, 1, $tokens - 1))
            def tokens(self: __torch__.M, xz: List[Tensor], picture: int, pictures: int, turned: int) -> Tensor:
              x = torch.narrow(xz[0], 0, picture, pictures)
              if torch.eq(turned, 1):
                x = torch.flip(x, [1])
              return torch.clone(x)
            def embed(self: __torch__.M, mix: Tensor, classes: Tensor, views: int) -> Tensor:
              e = torch.matmul(mix, classes)
              if torch.gt(views, 1):
                e = torch.stack([e, torch.expand_as(torch.mean(classes, [0], True), e)], 1)
              else:
                e = torch.unsqueeze(e, 1)
              return torch.unsqueeze(e, 2)
            """;

    /**
     * One sweep of many inversions of one picture each: lists have an entry, or a run of entries,
     * for each. Their windows have one length, and may begin anywhere.
     */
    private static final String TOGETHER =
            """
            def cut(self: __torch__.M, all: List[Tensor], dim: int, firsts: List[int], count: int) -> List[Tensor]:
              parts = annotate(List[Tensor], [])
              for i in range(torch.len(firsts)):
                parts1 = torch.append(parts, torch.narrow(all[i], dim, firsts[i], count))
              return parts
            def keep(self: __torch__.M, all: List[Tensor], dim: int, firsts: List[int], count: int, new: Tensor, rows: int) -> int:
              for i in range(torch.len(firsts)):
                kept = torch.copy_(torch.narrow(all[i], dim, firsts[i], count), torch.narrow(new, 0, i * rows, rows))
              return 0
            def same(self: __torch__.M, one: Tensor, firsts: List[int]) -> List[Tensor]:
              copies = annotate(List[Tensor], [])
              for i in range(torch.len(firsts)):
                copies1 = torch.append(copies, one)
              return copies
            def every(self: __torch__.M, all: List[Tensor], start: int, step: int) -> List[Tensor]:
              return torch.slice(all, start, torch.len(all), step)
            def sweep_together(self: __torch__.M, xz: List[Tensor], w: List[Tensor], kv: List[Tensor], es: List[Tensor], terms: List[Tensor], firsts: List[int], count: int, end: int, limit: float) -> Tensor:
              n = torch.len(firsts)
              views = torch.size(es[0], 1)
              xs = self.every(xz, 0, 2)
              zs = self.every(xz, 1, 2)
              h = torch.linear(torch.cat(self.cut(xs, 1, firsts, count)), w[1], w[2])
              h = torch.add(h, torch.stack(self.cut(self.same(w[0], firsts), 0, firsts, count)))
              h = torch.flatten(torch.add(torch.unsqueeze(h, 1), torch.cat(es)), 0, 1)
              sight = torch.stack(self.cut(self.same(torch.narrow(terms[0], 1, 0, end), firsts), 0, firsts, count))
              sight = torch.unsqueeze(torch.repeat_interleave(sight, views, 0), 1)
              sharpness = torch.cat(self.every(terms, 1, 4))
              zeros = annotate(List[int], [])
              for i in range(n):
                zeros1 = torch.append(zeros, 0)
              for l in range($layers):
                qkv = self.project(h, w, 3 + l * 12)
                ks = self.every(kv, 2 * l, 2 * $layers)
                vs = self.every(kv, 2 * l + 1, 2 * $layers)
                k1 = self.keep(ks, 2, firsts, count, qkv[1], views)
                v1 = self.keep(vs, 2, firsts, count, qkv[2], views)
                k = self.low(torch.cat(self.cut(ks, 2, zeros, end)))
                v = self.low(torch.cat(self.cut(vs, 2, zeros, end)))
                o = torch.scaled_dot_product_attention(torch.mul(qkv[0], sharpness), k, v, sight, 0., False)
                h = self.finish(h, o, w, 3 + l * 12)
              ab = torch.unflatten(torch.linear(h, w[$last], w[$last + 1]), 0, [n, views])
              told = torch.select(ab, 1, 0)
              a = torch.narrow(told, 2, 0, $d)
              b = torch.narrow(told, 2, $d, $d)
              if torch.gt(views, 1):
                untold = torch.select(ab, 1, 1)
                ga = torch.stack(self.cut(self.every(terms, 2, 4), 0, firsts, count))
                gb = torch.stack(self.cut(self.every(terms, 3, 4), 0, firsts, count))
                a = torch.add(a, torch.mul(ga, torch.sub(a, torch.narrow(untold, 2, 0, $d))))
                b = torch.add(b, torch.mul(gb, torch.sub(b, torch.narrow(untold, 2, $d, $d))))
              nexts = annotate(List[int], [])
              for i in range(n):
                nexts1 = torch.append(nexts, firsts[i] + 1)
              z = torch.cat(self.cut(zs, 1, nexts, count))
              old = torch.cat(self.cut(xs, 1, nexts, count))
              new = torch.clamp(torch.add(torch.mul(torch.exp(a), z), b), -limit, limit)
              change = torch.abs(torch.sub(new, old))
              x1 = self.keep(xs, 1, nexts, count, new, 1)
              return torch.stack([torch.amax(change, [2]), torch.sum(torch.mul(change, change), [2])])
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
     * @param isPacked whether there are matrices for {@link #PACKED}
     */
    static String all(
            TarFlowConfig config, ElementType inner, Devices.Choice device, boolean isPacked) {
        return filled(
                LAYERS
                        + causal(inner, device)
                        + READ
                        + LOSS
                        + (isPacked ? PACKED : UNPACKED)
                        + (device.isCpu() ? SCORED : MASKED)
                        + SWEEP
                        + TOGETHER
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
