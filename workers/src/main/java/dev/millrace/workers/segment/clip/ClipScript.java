package dev.millrace.workers.segment.clip;

import dev.millrace.workers.segment.blocks.BlockText;
import dev.millrace.workers.segment.clip.ClipConfig.Activation;
import dev.millrace.workers.segment.clip.ClipConfig.Tower;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

/**
 * Writes a CLIP's computations as TorchScript text, with the model's sizes in it as constants.
 *
 * <p>{@code w} are the weights in the order of {@link ClipConfig#weights}; everything is
 * differentiable with respect to them. {@code pixels} are normalised pictures [n, channels, h, w]
 * of any size that is a multiple of the patch; {@code ids} are tokens [n, at most context], {@code
 * ends} [n] says where each text ends.
 *
 * <ul>
 *   <li>{@code embed_images(pixels, w)}: [n, projection], not normalised
 *   <li>{@code embed_texts(ids, ends, w)}: [n, projection], not normalised
 *   <li>{@code surgery(pixels, w, depth)}: all tokens [n, 1 + cells, projection] with the last
 *       {@code depth} layers operated
 *   <li>{@code image_states}, {@code text_states}, {@code surgery_states}: the same with everything
 *       on the way, as a list
 *   <li>{@code logits(images, texts, w)}: scaled cosines [images, texts]
 * </ul>
 */
public final class ClipScript {
    private static final String LAYER =
            """
            def attention(self: __torch__.M, h: Tensor, w: List[Tensor], i: int, heads: int, epsilon: float, causal: bool) -> Tensor:
              x = self.low(self.norm(h, w, i, epsilon))
              q = self.split(self.linear(x, w, i + 2), heads)
              k = self.split(self.linear(x, w, i + 4), heads)
              v = self.split(self.linear(x, w, i + 6), heads)
              o = self.join(self.attend(q, k, v, causal))
              return self.wide(self.linear(o, w, i + 8))
            def mlp(self: __torch__.M, h: Tensor, w: List[Tensor], i: int, epsilon: float, quick: bool) -> Tensor:
              m = self.linear(self.norm(h, w, i + 10, epsilon), w, i + 12)
              if quick:
                m = torch.mul(m, torch.sigmoid(torch.mul(m, 1.702)))
              else:
                m = torch.gelu(m)
              return self.wide(self.linear(m, w, i + 14))
            """;

    private static final String TEXT =
            """
            def text_layer(self: __torch__.M, h: Tensor, w: List[Tensor], layer: int) -> Tensor:
              i = @["text_model.encoder.layers.0.layer_norm1.weight"] + layer * 16
              h = torch.add(h, self.attention(h, w, i, $textHeads, $textEpsilon, True))
              return torch.add(h, self.mlp(h, w, i, $textEpsilon, $textQuick))
            def text_start(self: __torch__.M, ids: Tensor, w: List[Tensor]) -> Tensor:
              positions = torch.narrow(w["text_model.embeddings.position_embedding.weight"], 0, 0, torch.size(ids, 1))
              return torch.add(torch.embedding(w["text_model.embeddings.token_embedding.weight"], ids), positions)
            def text_end(self: __torch__.M, h: Tensor, ends: Tensor, w: List[Tensor]) -> List[Tensor]:
              last = self.norm(h, w, @["text_model.final_layer_norm.weight"], $textEpsilon)
              at = torch.expand(torch.view(ends, [-1, 1, 1]), [-1, 1, torch.size(last, 2)])
              pooled = torch.squeeze(torch.gather(last, 1, at), 1)
              return [last, pooled, torch.linear(pooled, w["text_projection.weight"])]
            def text_states(self: __torch__.M, ids: Tensor, ends: Tensor, w: List[Tensor]) -> List[Tensor]:
              states = [self.text_start(ids, w)]
              for layer in range($textLayers):
                states1 = torch.append(states, self.text_layer(states[layer], w, layer))
              return torch.add(states, self.text_end(states[$textLayers], ends, w))
            def embed_texts(self: __torch__.M, ids: Tensor, ends: Tensor, w: List[Tensor]) -> Tensor:
              h = self.text_start(ids, w)
              for layer in range($textLayers):
                h = self.text_layer(h, w, layer)
              return (self.text_end(h, ends, w))[2]
            """;

    private static final String VISION =
            """
            def image_start(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              x = torch.conv2d(self.low(pixels), self.low(w["vision_model.embeddings.patch_embedding.weight"]), None, [$patch, $patch], [0, 0], [1, 1], 1)
              cells = self.wide(torch.transpose(torch.flatten(x, 2), 1, 2))
              first = torch.expand(torch.view(w["vision_model.embeddings.class_embedding"], [1, 1, -1]), [torch.size(x, 0), -1, -1])
              p = self.positions(w["vision_model.embeddings.position_embedding.weight"], $grid, torch.size(x, 2), torch.size(x, 3))
              h = torch.add(torch.cat([first, cells], 1), p)
              return self.norm(h, w, @["vision_model.pre_layrnorm.weight"], $visionEpsilon)
            def image_layer(self: __torch__.M, h: Tensor, w: List[Tensor], layer: int) -> Tensor:
              i = @["vision_model.encoder.layers.0.layer_norm1.weight"] + layer * 16
              h = torch.add(h, self.attention(h, w, i, $visionHeads, $visionEpsilon, False))
              return torch.add(h, self.mlp(h, w, i, $visionEpsilon, $visionQuick))
            def image_end(self: __torch__.M, h: Tensor, w: List[Tensor]) -> Tensor:
              return self.norm(h, w, @["vision_model.post_layernorm.weight"], $visionEpsilon)
            def project(self: __torch__.M, h: Tensor, w: List[Tensor]) -> Tensor:
              return torch.linear(self.image_end(h, w), w["visual_projection.weight"])
            def image_states(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> List[Tensor]:
              states = [self.image_start(pixels, w)]
              for layer in range($visionLayers):
                states1 = torch.append(states, self.image_layer(states[layer], w, layer))
              last = states[$visionLayers]
              pooled = torch.select(self.image_end(last, w), 1, 0)
              return torch.add(states, [pooled, self.project(last, w)])
            def embed_images(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              h = self.image_start(pixels, w)
              for layer in range($visionLayers):
                h = self.image_layer(h, w, layer)
              return self.project(torch.select(h, 1, 0), w)
            """;

    /** CLIP Surgery: a second stream in which values attend to values, without second halves. */
    private static final String SURGERY =
            """
            def operated(self: __torch__.M, o: Tensor, n: Tensor, w: List[Tensor], layer: int) -> Tensor:
              i = @["vision_model.encoder.layers.0.layer_norm1.weight"] + layer * 16
              v = self.split(self.linear(self.norm(o, w, i, $visionEpsilon), w, i + 6), $visionHeads)
              seen = self.join(self.attend(v, v, v, False))
              return torch.add(n, self.wide(self.linear(seen, w, i + 8)))
            def surgery_end(self: __torch__.M, o: Tensor, n: Tensor, w: List[Tensor]) -> Tensor:
              tokens = torch.size(n, 1)
              return self.project(torch.cat([torch.narrow(o, 1, 0, 1), torch.narrow(n, 1, 1, tokens - 1)], 1), w)
            def surgery_states(self: __torch__.M, pixels: Tensor, w: List[Tensor], depth: int) -> List[Tensor]:
              o = self.image_start(pixels, w)
              n = o
              states = annotate(List[Tensor], [])
              for layer in range($visionLayers):
                if torch.ge(layer, $visionLayers - depth):
                  n = self.operated(o, n, w, layer)
                  o = self.image_layer(o, w, layer)
                  states1 = torch.append(states, n)
                else:
                  o = self.image_layer(o, w, layer)
                  n = o
                states2 = torch.append(states, o)
              states3 = torch.append(states, self.surgery_end(o, n, w))
              return states
            def surgery(self: __torch__.M, pixels: Tensor, w: List[Tensor], depth: int) -> Tensor:
              o = self.image_start(pixels, w)
              n = o
              for layer in range($visionLayers):
                if torch.ge(layer, $visionLayers - depth):
                  n = self.operated(o, n, w, layer)
                  o = self.image_layer(o, w, layer)
                else:
                  o = self.image_layer(o, w, layer)
                  n = o
              return self.surgery_end(o, n, w)
            """;

    private static final String LOGITS =
            """
            def unit(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.div(x, torch.norm(x, 2, [-1], True))
            def logits(self: __torch__.M, images: Tensor, texts: Tensor, w: List[Tensor]) -> Tensor:
              cosines = torch.matmul(self.unit(images), torch.t(self.unit(texts)))
              return torch.mul(cosines, torch.exp(w["logit_scale"]))
            """;

    private ClipScript() {}

    /** All methods; a text that begins with them may add its own, such as a loss. */
    public static String of(ClipConfig config, ElementType inner, Devices.Choice device) {
        var text = BlockText.of(inner, device) + LAYER + TEXT + VISION + SURGERY + LOGITS;
        text = tower(text, "text", config.text().tower());
        text = tower(text, "vision", config.vision().tower());
        text =
                text.replace("$grid", Integer.toString(config.vision().grid()))
                        .replace("$patch", Integer.toString(config.vision().patch()));
        return config.weights().numbered(text);
    }

    private static String tower(String text, String name, Tower tower) {
        boolean isQuick = tower.activation() == Activation.QUICK_GELU;
        return text.replace("$" + name + "Heads", Integer.toString(tower.heads()))
                .replace("$" + name + "Layers", Integer.toString(tower.layers()))
                .replace("$" + name + "Epsilon", Double.toString(tower.epsilon()))
                .replace("$" + name + "Quick", isQuick ? "True" : "False");
    }
}
