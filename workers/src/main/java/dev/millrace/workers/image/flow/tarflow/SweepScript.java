package dev.millrace.workers.image.flow.tarflow;

import dev.millrace.workers.tensor.Devices;

/**
 * TorchScript of a block's inversion, for {@link TarFlowScript}, which fills in the sizes and has
 * the layers that both share.
 */
final class SweepScript {
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

    private SweepScript() {}

    /**
     * All of it.
     *
     * @param isPacked whether there are matrices as oneDNN reads them
     */
    static String of(Devices.Choice device, boolean isPacked) {
        return (isPacked ? PACKED : UNPACKED)
                + (device.isCpu() ? SCORED : MASKED)
                + SWEEP
                + TOGETHER;
    }
}
