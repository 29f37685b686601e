package dev.millrace.workers.segment.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.tensor.Tensors;

/** A SAM one operation after another: windows one by one, distances in loops, prompts alone. */
final class EagerSam {
    private final SamConfig config;
    private final NDManager scope;
    private final Eager eager;

    EagerSam(SamConfig config, NDManager scope, RandomWeights weights) {
        this.config = config;
        this.scope = scope;
        this.eager = new Eager(scope, weights);
    }

    NDArray embed(NDArray pixels) {
        var x = eager.patches(pixels, "vision_encoder.patch_embed.projection.weight");
        var bias = eager.weight("vision_encoder.patch_embed.projection.bias");
        var h = x.transpose(0, 2, 3, 1).add(bias).add(eager.weight("vision_encoder.pos_embed"));
        for (int layer = 0; layer < config.vision().layers(); layer++) {
            h = layer(h, layer);
        }
        x = eager.convolve(h.transpose(0, 3, 1, 2), "vision_encoder.neck.conv1.weight", 1, 0);
        x = eager.planes(x, "vision_encoder.neck.layer_norm1", 1e-6);
        x = eager.convolve(x, "vision_encoder.neck.conv2.weight", 1, 1);
        return eager.planes(x, "vision_encoder.neck.layer_norm2", 1e-6);
    }

    private NDArray layer(NDArray h, int number) {
        var name = "vision_encoder.layers." + number + ".";
        double epsilon = config.vision().epsilon();
        int window = config.vision().window(number);
        int grid = config.vision().grid();
        var x = eager.norm(h, name + "layer_norm1", epsilon);
        var seen = window == 0 ? look(x, name, grid) : windows(x, name, window, grid);
        h = h.add(seen);
        var m = eager.linear(eager.norm(h, name + "layer_norm2", epsilon), name + "mlp.lin1");
        return h.add(eager.linear(Eager.gelu(m), name + "mlp.lin2"));
    }

    private NDArray windows(NDArray x, String name, int window, int grid) {
        int across = (grid + window - 1) / window;
        long n = x.getShape().get(0);
        long width = x.getShape().get(3);
        int more = across * window - grid;
        if (more > 0) {
            x = x.concat(scope.zeros(dims(n, grid, more, width)), 2);
            x = x.concat(scope.zeros(dims(n, more, across * (long) window, width)), 1);
        }
        var rows = new NDList();
        for (int i = 0; i < across; i++) {
            var row = new NDList();
            for (int j = 0; j < across; j++) {
                var part =
                        x.get(
                                ":, %d:%d, %d:%d"
                                        .formatted(
                                                i * window,
                                                (i + 1) * window,
                                                j * window,
                                                (j + 1) * window));
                row.add(look(part, name, window));
            }
            rows.add(NDArrays.concat(row, 2));
        }
        return NDArrays.concat(rows, 1).get(":, :%d, :%d".formatted(grid, grid));
    }

    private static Shape dims(long... extents) {
        return new Shape(extents);
    }

    /** Attention among the cells of a square, with what their distances add. */
    private NDArray look(NDArray x, String name, int side) {
        int heads = config.vision().heads();
        long n = x.getShape().get(0);
        long width = x.getShape().get(3);
        var qkv = eager.linear(x.reshape(n, (long) side * side, width), name + "attn.qkv");
        var parts = qkv.split(3, 2);
        var q = Eager.split(parts.get(0), heads);
        var added = distances(q, name, side);
        var seen =
                Eager.attend(
                        q,
                        Eager.split(parts.get(1), heads),
                        Eager.split(parts.get(2), heads),
                        added);
        return eager.linear(Eager.join(seen), name + "attn.proj").reshape(n, side, side, width);
    }

    private NDArray distances(NDArray q, String name, int side) {
        float[] queries = q.toFloatArray();
        float[] rows = eager.weight(name + "attn.rel_pos_h").toFloatArray();
        float[] columns = eager.weight(name + "attn.rel_pos_w").toFloatArray();
        int cells = side * side;
        int depth = Math.toIntExact(q.getShape().get(3));
        int all = queries.length / depth;
        var added = new float[all * cells];
        for (int i = 0; i < all; i++) {
            int from = i % cells;
            for (int to = 0; to < cells; to++) {
                int down = from / side - to / side + side - 1;
                int right = from % side - to % side + side - 1;
                for (int d = 0; d < depth; d++) {
                    added[i * cells + to] +=
                            queries[i * depth + d]
                                    * (rows[down * depth + d] + columns[right * depth + d]);
                }
            }
        }
        return Tensors.floats(scope, added, q.getShape().get(0), q.getShape().get(1), cells, cells);
    }

    /** A place in 0 to 1 of the square: sines, then cosines. */
    private NDArray position(double x, double y) {
        var place =
                Tensors.floats(scope, new float[] {(float) (2 * x - 1), (float) (2 * y - 1)}, 1, 2);
        var angle = place.matMul(eager.weight(SamWeights.POSITIONS)).mul(2 * Math.PI);
        return angle.sin().concat(angle.cos(), 1);
    }

    private NDArray densePositions() {
        int grid = config.vision().grid();
        var cells = new NDList();
        for (int i = 0; i < grid * grid; i++) {
            cells.add(position((i % grid + 0.5) / grid, (Math.floorDiv(i, grid) + 0.5) / grid));
        }
        return NDArrays.concat(cells, 0).expandDims(0); // [1, cells, C]
    }

    private NDArray sparse(Prompt prompt, Frame frame) {
        var tokens = new NDList();
        var none = eager.weight("prompt_encoder.not_a_point_embed.weight");
        for (var point : prompt.points()) {
            tokens.add(
                    point.label() == Label.NONE
                            ? none
                            : token(point.x(), point.y(), point.label().number(), frame));
        }
        var box = prompt.box();
        if (box != null) {
            tokens.add(token(box.left(), box.top(), 2, frame));
            tokens.add(token(box.right(), box.bottom(), 3, frame));
        } else if (!prompt.points().isEmpty()) {
            tokens.add(none);
        }
        return NDArrays.concat(tokens, 0).expandDims(0);
    }

    private NDArray token(double x, double y, int label, Frame frame) {
        double side = frame.side();
        var place =
                position(
                        (x * frame.scaledWidth() / frame.width() + 0.5) / side,
                        (y * frame.scaledHeight() / frame.height() + 0.5) / side);
        return place.add(eager.weight("prompt_encoder.point_embed." + label + ".weight"));
    }

    private NDArray dense(Prompt prompt) {
        var name = "prompt_encoder.";
        var mask = prompt.mask();
        if (mask == null) {
            return eager.weight(name + "no_mask_embed.weight").reshape(1, -1, 1, 1);
        }
        int side = config.maskSide();
        double epsilon = config.prompts().epsilon();
        var x = Tensors.floats(scope, mask, 1, 1, side, side);
        x = halved(x, name + "mask_embed.conv1");
        x = Eager.gelu(eager.planes(x, name + "mask_embed.layer_norm1", epsilon));
        x = halved(x, name + "mask_embed.conv2");
        x = Eager.gelu(eager.planes(x, name + "mask_embed.layer_norm2", epsilon));
        return halved(x, name + "mask_embed.conv3");
    }

    private NDArray halved(NDArray x, String name) {
        return eager.patches(x, name + ".weight")
                .add(eager.weight(name + ".bias").reshape(1, -1, 1, 1));
    }

    /** A prompt's masks [1, masks, 4 G, 4 G] and their predicted IoU [1, masks]. */
    NDList decode(NDArray cells, Prompt prompt, Frame frame) {
        var name = "mask_decoder.";
        var own =
                eager.weight(name + "iou_token.weight")
                        .concat(eager.weight(name + "mask_tokens.weight"), 0);
        boolean isMaskAlone = prompt.points().isEmpty() && prompt.box() == null;
        var places =
                isMaskAlone
                        ? own.expandDims(0)
                        : own.expandDims(0).concat(sparse(prompt, frame), 1);
        var source = cells.add(dense(prompt));
        var c = source.reshape(1, source.getShape().get(1), -1).transpose(0, 2, 1);
        var positions = densePositions();
        var t = places;
        for (int layer = 0; layer < config.decoder().layers(); layer++) {
            var both = layer(t, c, places, positions, layer);
            t = both.get(0);
            c = both.get(1);
        }
        var last = name + "transformer.";
        t = t.add(attend(t.add(places), c.add(positions), c, last + "final_attn_token_to_image"));
        t = eager.norm(t, last + "layer_norm_final_attn", 1e-5);
        return drawn(t, c);
    }

    private NDList layer(NDArray t, NDArray c, NDArray places, NDArray positions, int number) {
        var name = "mask_decoder.transformer.layers." + number + ".";
        double epsilon = config.decoder().epsilon();
        var q = number == 0 ? t : t.add(places);
        var self = attend(q, q, t, name + "self_attn");
        t = eager.norm(number == 0 ? self : t.add(self), name + "layer_norm1", epsilon);
        var k = c.add(positions);
        t = t.add(attend(t.add(places), k, c, name + "cross_attn_token_to_image"));
        t = eager.norm(t, name + "layer_norm2", epsilon);
        var m = eager.linear(Eager.relu(eager.linear(t, name + "mlp.lin1")), name + "mlp.lin2");
        t = eager.norm(t.add(m), name + "layer_norm3", epsilon);
        c = c.add(attend(k, t.add(places), t, name + "cross_attn_image_to_token"));
        return new NDList(t, eager.norm(c, name + "layer_norm4", epsilon));
    }

    private NDArray attend(NDArray q, NDArray k, NDArray v, String name) {
        int heads = config.decoder().heads();
        var seen =
                Eager.attend(
                        Eager.split(eager.linear(q, name + ".q_proj"), heads),
                        Eager.split(eager.linear(k, name + ".k_proj"), heads),
                        Eager.split(eager.linear(v, name + ".v_proj"), heads),
                        eager.nothing());
        return eager.linear(Eager.join(seen), name + ".out_proj");
    }

    private NDList drawn(NDArray t, NDArray c) {
        var name = "mask_decoder.";
        int grid = config.vision().grid();
        var x = c.transpose(0, 2, 1).reshape(1, -1, grid, grid);
        x =
                eager.planes(
                        eager.enlarge(x, name + "upscale_conv1"),
                        name + "upscale_layer_norm",
                        1e-6);
        x = Eager.gelu(eager.enlarge(Eager.gelu(x), name + "upscale_conv2"));
        int side = config.maskSide();
        var masks = new NDList();
        for (int i = 0; i < config.decoder().masks(); i++) {
            var brush =
                    head(t.get(":, " + (1 + i)), name + "output_hypernetworks_mlps." + i + ".", 3);
            var plane = brush.matMul(x.reshape(x.getShape().get(1), (long) side * side));
            masks.add(plane.reshape(1, 1, side, side));
        }
        var qualities =
                head(t.get(":, 0"), name + "iou_prediction_head.", config.decoder().qualityDepth());
        return new NDList(NDArrays.concat(masks, 1), qualities);
    }

    private NDArray head(NDArray x, String name, int depth) {
        x = Eager.relu(eager.linear(x, name + "proj_in"));
        for (int i = 0; i < depth - 2; i++) {
            x = Eager.relu(eager.linear(x, name + "layers." + i));
        }
        return eager.linear(x, name + "proj_out");
    }
}
