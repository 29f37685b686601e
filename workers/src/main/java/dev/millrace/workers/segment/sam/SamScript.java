package dev.millrace.workers.segment.sam;

import dev.millrace.workers.segment.blocks.BlockText;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

/**
 * Writes a SAM's computations as TorchScript text, with the model's sizes in it as constants.
 *
 * <p>{@code w} are the weights in the order of {@link SamWeights}; everything is differentiable
 * with respect to them. C are the embedding's channels, G its cells along a side.
 *
 * <ul>
 *   <li>{@code embed(pixels, w)}: normalised, padded pictures [n, channels, side, side] to
 *       embeddings [n, C, G, G]; {@code embed_states}: hidden states [n, G, G, width] before each
 *       layer and after the last, then the embeddings
 *   <li>{@code sparse(xy, labels, w)}: points in padded pixels [b, n, 2] and their labels [b, n]
 *       (-1 none, 0 negative, 1 positive, 2 and 3 a box's corners) to tokens [b, n, C]
 *   <li>{@code dense(masks, w)}: logits [b, 1, 4 G, 4 G] to [b, C, G, G]; {@code no_mask(w)}: what
 *       stands for none, [1, C, 1, 1]
 *   <li>{@code decode(embedding, dense, sparse, w)}: masks' logits [b, masks, 4 G, 4 G] and their
 *       predicted IoU [b, masks], the single mask first; embedding and dense are of one picture or
 *       of b
 *   <li>{@code decode_states}: the last tokens, the last cells and the embedding enlarged
 *   <li>{@code dense_positions(w)}: positions of the cells, [1, C, G, G]
 *   <li>{@code enlarge(masks, sizes)}: logits at a picture's size; sizes are the padded side, the
 *       height and width of the picture in it, and those of the picture itself
 * </ul>
 */
public final class SamScript {
    private static final String PLANES =
            """
            def planes(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, epsilon: float) -> Tensor:
              y = torch.permute(self.wide(x), [0, 2, 3, 1])
              return torch.permute(self.norm(y, w, i, epsilon), [0, 3, 1, 2])
            """;

    private static final String VISION =
            """
            def windows(self: __torch__.M, x: Tensor, side: int) -> Tensor:
              below = torch.remainder(-torch.size(x, 1), side)
              right = torch.remainder(-torch.size(x, 2), side)
              padded = torch.constant_pad_nd(x, [0, 0, 0, right, 0, below])
              split = torch.unflatten(torch.unflatten(padded, 2, [-1, side]), 1, [-1, side])
              return torch.flatten(torch.permute(split, [0, 1, 3, 2, 4, 5]), 0, 2)
            def together(self: __torch__.M, x: Tensor, rows: int, columns: int) -> Tensor:
              side = torch.size(x, 1)
              down = torch.floordiv(rows + side - 1, side)
              across = torch.floordiv(columns + side - 1, side)
              split = torch.unflatten(x, 0, [-1, down, across])
              whole = torch.flatten(torch.flatten(torch.permute(split, [0, 1, 3, 2, 4, 5]), 3, 4), 1, 2)
              return torch.narrow(torch.narrow(whole, 1, 0, rows), 2, 0, columns)
            def distances(self: __torch__.M, table: Tensor, size: int) -> Tensor:
              at = torch.arange(size, dtype=4, device=ops.prim.device(table))
              apart = torch.add(torch.sub(torch.unsqueeze(at, 1), torch.unsqueeze(at, 0)), size - 1)
              return torch.transpose(self.low(torch.embedding(table, apart)), 1, 2)
            def relative(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
              tall = torch.size(rows, 0)
              broad = torch.size(columns, 0)
              cells = torch.unflatten(q, 1, [tall, broad])
              down = torch.unsqueeze(torch.matmul(cells, rows), 4)
              across = torch.transpose(torch.matmul(torch.transpose(cells, 1, 2), columns), 1, 2)
              scores = torch.matmul(torch.mul(q, $scale), torch.transpose(k, 1, 2))
              moved = torch.unflatten(torch.unflatten(scores, 2, [tall, broad]), 1, [tall, broad])
              moved = torch.add(torch.add(moved, down), torch.unsqueeze(across, 3))
              seen = torch.softmax(torch.flatten(torch.flatten(moved, 3), 1, 2), -1)
              return torch.matmul(seen, v)
            def look(self: __torch__.M, x: Tensor, w: List[Tensor], i: int) -> Tensor:
              tall = torch.size(x, 1)
              broad = torch.size(x, 2)
              qkv = torch.unflatten(self.linear(torch.flatten(x, 1, 2), w, i + 4), 2, [3, $heads, -1])
              all = torch.unbind(torch.flatten(torch.permute(qkv, [2, 0, 3, 1, 4]), 1, 2))
              q = all[0]
              k = all[1]
              v = all[2]
              rows = self.distances(w[i + 2], tall)
              columns = self.distances(w[i + 3], broad)
              count = torch.size(q, 0)
              step = torch.floordiv($scores, tall * broad * tall * broad)
              if torch.ge(step, count):
                o = self.relative(q, k, v, rows, columns)
              else:
                step = ops.prim.max(step, 1)
                parts = annotate(List[Tensor], [])
                for part in range(torch.floordiv(count + step - 1, step)):
                  some = ops.prim.min(step, count - part * step)
                  a = torch.narrow(q, 0, part * step, some)
                  b = torch.narrow(k, 0, part * step, some)
                  c = torch.narrow(v, 0, part * step, some)
                  parts1 = torch.append(parts, self.relative(a, b, c, rows, columns))
                o = torch.cat(parts)
              seen = self.join(torch.unflatten(o, 0, [-1, $heads]))
              return torch.unflatten(self.linear(seen, w, i + 6), 1, [tall, broad])
            def layer(self: __torch__.M, h: Tensor, w: List[Tensor], number: int) -> Tensor:
              i = @["vision_encoder.layers.0.layer_norm1.weight"] + number * 14
              window = $windows[number]
              x = self.norm(h, w, i, $visionEpsilon)
              if torch.gt(window, 0):
                o = self.together(self.look(self.windows(x, window), w, i), torch.size(h, 1), torch.size(h, 2))
              else:
                o = self.look(x, w, i)
              h = torch.add(h, self.wide(o))
              m = torch.gelu(self.linear(self.norm(h, w, i + 8, $visionEpsilon), w, i + 10))
              return torch.add(h, self.wide(self.linear(m, w, i + 12)))
            def enter(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              x = torch.conv2d(self.low(pixels), self.low(w["vision_encoder.patch_embed.projection.weight"]), self.low(w["vision_encoder.patch_embed.projection.bias"]), [$patch, $patch], [0, 0], [1, 1], 1)
              return torch.add(self.wide(torch.permute(x, [0, 2, 3, 1])), w["vision_encoder.pos_embed"])
            def neck(self: __torch__.M, h: Tensor, w: List[Tensor]) -> Tensor:
              x = torch.conv2d(self.low(torch.permute(h, [0, 3, 1, 2])), self.low(w["vision_encoder.neck.conv1.weight"]), None, [1, 1], [0, 0], [1, 1], 1)
              x = self.low(self.planes(x, w, @["vision_encoder.neck.layer_norm1.weight"], 9.9999999999999995e-07))
              x = torch.conv2d(x, self.low(w["vision_encoder.neck.conv2.weight"]), None, [1, 1], [1, 1], [1, 1], 1)
              return torch.contiguous(self.planes(x, w, @["vision_encoder.neck.layer_norm2.weight"], 9.9999999999999995e-07))
            def embed(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              h = self.enter(pixels, w)
              for number in range($layers):
                h = self.layer(h, w, number)
              return self.neck(h, w)
            def embed_states(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> List[Tensor]:
              states = [self.enter(pixels, w)]
              for number in range($layers):
                states1 = torch.append(states, self.layer(states[number], w, number))
              states2 = torch.append(states, self.neck(states[$layers], w))
              return states
            """;

    private static final String PROMPTS =
            """
            def positions_at(self: __torch__.M, xy: Tensor, w: List[Tensor]) -> Tensor:
              turns = torch.matmul(torch.sub(torch.mul(xy, 2), 1), w["shared_image_embedding.positional_embedding"])
              angle = torch.mul(turns, 6.2831853071795862)
              return torch.cat([torch.sin(angle), torch.cos(angle)], -1)
            def dense_positions(self: __torch__.M, w: List[Tensor]) -> Tensor:
              at = torch.arange($grid, dtype=6, device=ops.prim.device(w[0]))
              at = torch.div(torch.add(at, 0.5), $grid)
              x = torch.expand(torch.unsqueeze(at, 0), [$grid, $grid])
              y = torch.expand(torch.unsqueeze(at, 1), [$grid, $grid])
              cells = self.positions_at(torch.stack([x, y], -1), w)
              return torch.unsqueeze(torch.permute(cells, [2, 0, 1]), 0)
            def sparse(self: __torch__.M, xy: Tensor, labels: Tensor, w: List[Tensor]) -> Tensor:
              p = self.positions_at(torch.div(torch.add(xy, 0.5), $side), w)
              somewhere = torch.unsqueeze(torch.to(torch.ge(labels, 0), 6), -1)
              i = @["prompt_encoder.not_a_point_embed.weight"]
              meaning = torch.cat(torch.slice(w, i, i + 5, 1))
              return torch.add(torch.mul(p, somewhere), torch.embedding(meaning, torch.add(labels, 1)))
            def no_mask(self: __torch__.M, w: List[Tensor]) -> Tensor:
              return torch.view(w["prompt_encoder.no_mask_embed.weight"], [1, -1, 1, 1])
            def shrunk(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, side: int) -> Tensor:
              return torch.conv2d(x, w[i], w[i + 1], [side, side], [0, 0], [1, 1], 1)
            def dense(self: __torch__.M, masks: Tensor, w: List[Tensor]) -> Tensor:
              i = @["prompt_encoder.mask_embed.conv1.weight"]
              x = torch.gelu(self.planes(self.shrunk(masks, w, i, 2), w, i + 2, $promptEpsilon))
              x = torch.gelu(self.planes(self.shrunk(x, w, i + 4, 2), w, i + 6, $promptEpsilon))
              return self.shrunk(x, w, i + 8, 1)
            """;

    private static final String DECODER =
            """
            def cross(self: __torch__.M, q: Tensor, k: Tensor, v: Tensor, w: List[Tensor], i: int) -> Tensor:
              count = ops.prim.max(torch.size(q, 0), torch.size(k, 0))
              a = torch.expand(self.split(self.linear(q, w, i), $decoderHeads), [count, -1, -1, -1])
              b = torch.expand(self.split(self.linear(k, w, i + 2), $decoderHeads), [count, -1, -1, -1])
              c = torch.expand(self.split(self.linear(v, w, i + 4), $decoderHeads), [count, -1, -1, -1])
              return self.wide(self.linear(self.join(self.attend(a, b, c, False)), w, i + 6))
            def two_way(self: __torch__.M, tokens: Tensor, cells: Tensor, places: Tensor, positions: Tensor, w: List[Tensor], number: int) -> List[Tensor]:
              i = @["mask_decoder.transformer.layers.0.self_attn.q_proj.weight"] + number * 36
              if torch.eq(number, 0):
                t = self.cross(tokens, tokens, tokens, w, i)
              else:
                q = torch.add(tokens, places)
                t = torch.add(tokens, self.cross(q, q, tokens, w, i))
              t = self.norm(t, w, i + 8, $decoderEpsilon)
              k = torch.add(cells, positions)
              t = torch.add(t, self.cross(torch.add(t, places), k, cells, w, i + 10))
              t = self.norm(t, w, i + 18, $decoderEpsilon)
              m = self.linear(torch.relu(self.linear(t, w, i + 20)), w, i + 22)
              t = self.norm(torch.add(t, self.wide(m)), w, i + 24, $decoderEpsilon)
              c = torch.add(cells, self.cross(k, torch.add(t, places), t, w, i + 28))
              return [t, self.norm(c, w, i + 26, $decoderEpsilon)]
            def transform(self: __torch__.M, embedding: Tensor, dense: Tensor, sparse: Tensor, w: List[Tensor]) -> List[Tensor]:
              count = torch.size(sparse, 0)
              own = torch.cat([w["mask_decoder.iou_token.weight"], w["mask_decoder.mask_tokens.weight"]])
              places = torch.cat([torch.expand(torch.unsqueeze(own, 0), [count, -1, -1]), sparse], 1)
              positions = torch.transpose(torch.flatten(self.dense_positions(w), 2), 1, 2)
              cells = torch.transpose(torch.flatten(torch.add(embedding, dense), 2), 1, 2)
              tokens = places
              for number in range($decoderLayers):
                both = self.two_way(tokens, cells, places, positions, w, number)
                tokens = both[0]
                cells = both[1]
              q = torch.add(tokens, places)
              k = torch.add(cells, positions)
              i = @["mask_decoder.transformer.final_attn_token_to_image.q_proj.weight"]
              tokens = torch.add(tokens, self.cross(q, k, cells, w, i))
              return [self.norm(tokens, w, i + 8, 1.0000000000000001e-05), cells]
            def enlarged(self: __torch__.M, x: Tensor, w: List[Tensor], i: int) -> Tensor:
              return torch.conv_transpose2d(self.low(x), self.low(w[i]), self.low(w[i + 1]), [2, 2])
            def upscale(self: __torch__.M, cells: Tensor, w: List[Tensor]) -> Tensor:
              x = torch.unflatten(torch.transpose(cells, 1, 2), 2, [$grid, $grid])
              i = @["mask_decoder.upscale_conv1.weight"]
              x = self.planes(self.enlarged(x, w, i), w, i + 2, 9.9999999999999995e-07)
              return torch.gelu(self.enlarged(torch.gelu(self.low(x)), w, i + 4))
            def head(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, depth: int) -> Tensor:
              for number in range(depth - 1):
                x = torch.relu(self.linear(x, w, i + 2 * number))
              return self.linear(x, w, i + 2 * depth - 2)
            def draw(self: __torch__.M, tokens: Tensor, up: Tensor, w: List[Tensor]) -> Tensor:
              i = @["mask_decoder.output_hypernetworks_mlps.0.proj_in.weight"]
              brushes = annotate(List[Tensor], [])
              for mask in range($masks):
                brushes1 = torch.append(brushes, self.head(torch.select(tokens, 1, 1 + mask), w, i + 6 * mask, 3))
              drawn = torch.matmul(torch.stack(brushes, 1), torch.flatten(up, 2))
              return self.wide(torch.unflatten(drawn, 2, [torch.size(up, 2), -1]))
            def decode(self: __torch__.M, embedding: Tensor, dense: Tensor, sparse: Tensor, w: List[Tensor]) -> List[Tensor]:
              both = self.transform(embedding, dense, sparse, w)
              masks = self.draw(both[0], self.upscale(both[1], w), w)
              i = @["mask_decoder.iou_prediction_head.proj_in.weight"]
              return [masks, self.wide(self.head(torch.select(both[0], 1, 0), w, i, $qualityDepth))]
            def decode_states(self: __torch__.M, embedding: Tensor, dense: Tensor, sparse: Tensor, w: List[Tensor]) -> List[Tensor]:
              both = self.transform(embedding, dense, sparse, w)
              return [both[0], both[1], self.wide(self.upscale(both[1], w))]
            def enlarge(self: __torch__.M, masks: Tensor, sizes: List[int]) -> Tensor:
              whole = torch.upsample_bilinear2d(masks, [sizes[0], sizes[0]], False)
              inside = torch.narrow(torch.narrow(whole, 2, 0, sizes[1]), 3, 0, sizes[2])
              return torch.upsample_bilinear2d(inside, [sizes[3], sizes[4]], False)
            """;

    /**
     * Scores of attention in memory at once, of as many heads as fit; never less than one head's.
     */
    private static final int SCORES = 1 << 24;

    private SamScript() {}

    /** All methods; a text that begins with them may add its own, such as a loss. */
    public static String of(SamConfig config, ElementType inner, Devices.Choice device) {
        return of(config, inner, device, SCORES);
    }

    static String of(SamConfig config, ElementType inner, Devices.Choice device, int scores) {
        var text = BlockText.of(inner, device) + PLANES + VISION + PROMPTS + DECODER;
        text = text.replace("$scores", Integer.toString(scores));
        return SamWeights.of(config).numbered(decoder(vision(text, config), config));
    }

    private static String vision(String text, SamConfig config) {
        var vision = config.vision();
        double headWidth = (double) vision.width() / vision.heads();
        var windows = new StringBuilder("[");
        for (int layer = 0; layer < vision.layers(); layer++) {
            windows.append(layer == 0 ? "" : ", ").append(vision.window(layer));
        }
        return text.replace("$windows", windows.append("]").toString())
                .replace("$layers", Integer.toString(vision.layers()))
                .replace("$heads", Integer.toString(vision.heads()))
                .replace("$scale", Double.toString(1 / Math.sqrt(headWidth)))
                .replace("$grid", Integer.toString(vision.grid()))
                .replace("$side", Integer.toString(vision.side()))
                .replace("$patch", Integer.toString(vision.patch()))
                .replace("$visionEpsilon", Double.toString(vision.epsilon()));
    }

    private static String decoder(String text, SamConfig config) {
        var decoder = config.decoder();
        return text.replace("$decoderLayers", Integer.toString(decoder.layers()))
                .replace("$decoderHeads", Integer.toString(decoder.heads()))
                .replace("$decoderEpsilon", Double.toString(decoder.epsilon()))
                .replace("$promptEpsilon", Double.toString(config.prompts().epsilon()))
                .replace("$masks", Integer.toString(decoder.masks()))
                .replace("$qualityDepth", Integer.toString(decoder.qualityDepth()));
    }
}
