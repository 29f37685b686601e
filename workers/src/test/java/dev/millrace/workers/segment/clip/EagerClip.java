package dev.millrace.workers.segment.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import dev.millrace.workers.segment.Eager;
import dev.millrace.workers.segment.RandomWeights;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.segment.clip.ClipConfig.Tower;

/** CLIP and CLIP Surgery one operation after another. */
final class EagerClip {
    private final ClipConfig config;
    private final NDManager scope;
    private final Eager eager;

    EagerClip(ClipConfig config, NDManager scope, RandomWeights weights) {
        this.config = config;
        this.scope = scope;
        this.eager = new Eager(scope, weights);
    }

    NDArray embedTexts(NDArray ids, long... ends) {
        var table = eager.weight("text_model.embeddings.token_embedding.weight");
        int length = Math.toIntExact(ids.getShape().get(1));
        var places = eager.weight("text_model.embeddings.position_embedding.weight");
        var h = table.get(ids).add(places.get(":" + length));
        var future = scope.ones(ids.getShape().slice(1).add(length)).cumSum(1);
        future = future.gt(future.transpose()).toType(DataType.FLOAT32, false).mul(-1e30);
        var tower = config.text().tower();
        for (int layer = 0; layer < tower.layers(); layer++) {
            h = layer(h, "text_model.encoder.layers." + layer + ".", tower, future);
        }
        var last = eager.norm(h, "text_model.final_layer_norm", tower.epsilon());
        var pooled = new NDList();
        for (int i = 0; i < ends.length; i++) {
            pooled.add(last.get(i).get(ends[i]));
        }
        return eager.matrix(
                pooled.size() == 1 ? pooled.getFirst().expandDims(0) : stacked(pooled),
                "text_projection.weight");
    }

    private static NDArray stacked(NDList rows) {
        return NDArrays.stack(rows);
    }

    private NDArray layer(NDArray h, String name, Tower tower, NDArray added) {
        var x = eager.norm(h, name + "layer_norm1", tower.epsilon());
        var seen =
                Eager.attend(
                        part(x, name, "q", tower),
                        part(x, name, "k", tower),
                        part(x, name, "v", tower),
                        added);
        h = h.add(eager.linear(Eager.join(seen), name + "self_attn.out_proj"));
        var m =
                eager.linear(
                        eager.norm(h, name + "layer_norm2", tower.epsilon()), name + "mlp.fc1");
        m =
                tower.activation() == Activation.QUICK_GELU
                        ? m.div(m.mul(-1.702).exp().add(1))
                        : Eager.gelu(m);
        return h.add(eager.linear(m, name + "mlp.fc2"));
    }

    private NDArray part(NDArray x, String name, String which, Tower tower) {
        return Eager.split(eager.linear(x, name + "self_attn." + which + "_proj"), tower.heads());
    }

    private NDArray start(NDArray pixels) {
        var x = eager.patches(pixels, "vision_model.embeddings.patch_embedding.weight");
        int rows = Math.toIntExact(x.getShape().get(2));
        int columns = Math.toIntExact(x.getShape().get(3));
        long n = x.getShape().get(0);
        var cells = x.reshape(n, x.getShape().get(1), -1).transpose(0, 2, 1);
        var first = eager.weight("vision_model.embeddings.class_embedding").reshape(1, 1, -1);
        var tokens = first.repeat(0, n).concat(cells, 1);
        var table = eager.weight("vision_model.embeddings.position_embedding.weight");
        var h = tokens.add(eager.positions(table, rows, columns));
        return eager.norm(h, "vision_model.pre_layrnorm", config.vision().tower().epsilon());
    }

    private NDArray project(NDArray h) {
        var last = eager.norm(h, "vision_model.post_layernorm", config.vision().tower().epsilon());
        return eager.matrix(last, "visual_projection.weight");
    }

    private static String name(int layer) {
        return "vision_model.encoder.layers." + layer + ".";
    }

    NDArray embedImages(NDArray pixels) {
        var tower = config.vision().tower();
        var h = start(pixels);
        for (int layer = 0; layer < tower.layers(); layer++) {
            h = layer(h, name(layer), tower, eager.nothing());
        }
        return project(h.get(":, 0"));
    }

    NDArray surgery(NDArray pixels, int depth) {
        var tower = config.vision().tower();
        var original = start(pixels);
        int first = tower.layers() - depth;
        for (int layer = 0; layer < first; layer++) {
            original = layer(original, name(layer), tower, eager.nothing());
        }
        var fresh = original;
        for (int layer = first; layer < tower.layers(); layer++) {
            var x = eager.norm(original, name(layer) + "layer_norm1", tower.epsilon());
            var v = part(x, name(layer), "v", tower);
            var seen = Eager.join(Eager.attend(v, v, v, eager.nothing()));
            fresh = fresh.add(eager.linear(seen, name(layer) + "self_attn.out_proj"));
            original = layer(original, name(layer), tower, eager.nothing());
        }
        return project(original.get(":, 0:1").concat(fresh.get(":, 1:"), 1));
    }
}
