package dev.millrace.workers.segment.clip;

import dev.millrace.workers.segment.blocks.BlockText;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

/**
 * Writes CLIP's residual network as TorchScript text.
 *
 * <p>{@code w} are the weights in the order of {@link ResNetConfig#weights}, {@code pixels}
 * normalised pictures [n, 3, h, w].
 *
 * <ul>
 *   <li>{@code trunk(pixels, w)}: the last stage but the fourth, [n, channels, h / s, w / s]; for
 *       three stages and four alike that is conv4_x
 *   <li>{@code embed_images(pixels, w)}: [n, output], with four stages
 *   <li>{@code learn_trunk}, {@code learn_images}: the same with the batch's own statistics, of
 *       which the running ones among the weights take a tenth; differentiable
 *   <li>{@code states(pixels, w)}: stem and every stage
 *   <li>{@code pool(x, w)}: the head alone
 * </ul>
 */
public final class ResNetScript {
    private static final int TRUNK = 3;

    private static final String BLOCK =
            """
            def unit(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, stride: int, padding: int, learning: bool) -> Tensor:
              y = torch.conv2d(self.low(x), self.low(w[i]), None, [stride, stride], [padding, padding], [1, 1], 1)
              return torch.batch_norm(y, w[i + 1], w[i + 2], w[i + 3], w[i + 4], learning, 0.10000000000000001, $epsilon, True)
            def shrink(self: __torch__.M, x: Tensor, stride: int) -> Tensor:
              if torch.gt(stride, 1):
                y = torch.avg_pool2d(x, [stride, stride], [stride, stride], [0, 0], False, True, None)
              else:
                y = x
              return y
            def block(self: __torch__.M, x: Tensor, w: List[Tensor], i: int, stride: int, first: bool, learning: bool) -> Tensor:
              y = torch.relu(self.unit(x, w, i, 1, 0, learning))
              y = torch.relu(self.unit(y, w, i + 5, 1, 1, learning))
              y = self.unit(self.shrink(y, stride), w, i + 10, 1, 0, learning)
              if first:
                x = self.unit(self.shrink(x, stride), w, i + 15, 1, 0, learning)
              return torch.relu(torch.add(y, x))
            def stem(self: __torch__.M, pixels: Tensor, w: List[Tensor], learning: bool) -> Tensor:
              x = torch.relu(self.unit(pixels, w, 0, 2, 1, learning))
              x = torch.relu(self.unit(x, w, 5, 1, 1, learning))
              x = torch.relu(self.unit(x, w, 10, 1, 1, learning))
              return self.shrink(x, $stem)
            """;

    private static final String WHOLE =
            """
            def run(self: __torch__.M, pixels: Tensor, w: List[Tensor], stages: int, learning: bool) -> List[Tensor]:
              states = [self.stem(pixels, w, learning)]
              for stage in range(stages):
                states1 = torch.append(states, self.stage(states[stage], w, stage, learning))
              return states
            def states(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> List[Tensor]:
              wide = annotate(List[Tensor], [])
              for x in self.run(pixels, w, $stages, False):
                wide1 = torch.append(wide, self.wide(x))
              return wide
            def trunk(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              return self.wide((self.run(pixels, w, $trunk, False))[$trunk])
            def learn_trunk(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              return self.wide((self.run(pixels, w, $trunk, True))[$trunk])
            """;

    private static final String HEAD =
            """
            def pool(self: __torch__.M, x: Tensor, w: List[Tensor]) -> Tensor:
              cells = self.wide(torch.transpose(torch.flatten(x, 2), 1, 2))
              p = self.positions(w["visual.attnpool.positional_embedding"], $grid, torch.size(x, 2), torch.size(x, 3))
              tokens = torch.add(torch.cat([torch.mean(cells, [1], True), cells], 1), p)
              q = self.split(self.linear(torch.narrow(tokens, 1, 0, 1), w, @["visual.attnpool.q_proj.weight"]), $heads)
              k = self.split(self.linear(tokens, w, @["visual.attnpool.k_proj.weight"]), $heads)
              v = self.split(self.linear(tokens, w, @["visual.attnpool.v_proj.weight"]), $heads)
              o = torch.squeeze(self.join(self.attend(q, k, v, False)), 1)
              return self.wide(self.linear(o, w, @["visual.attnpool.c_proj.weight"]))
            def embed_images(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              return self.pool((self.run(pixels, w, $stages, False))[$stages], w)
            def learn_images(self: __torch__.M, pixels: Tensor, w: List[Tensor]) -> Tensor:
              return self.pool((self.run(pixels, w, $stages, True))[$stages], w)
            """;

    private ResNetScript() {}

    /** All methods; a text that begins with them may add its own, such as a loss. */
    public static String of(ResNetConfig config, ElementType inner, Devices.Choice device) {
        var text =
                BlockText.of(inner, device)
                        + BLOCK
                        + stages(config)
                        + WHOLE
                        + (config.hasHead() ? HEAD : "");
        if (config.hasHead()) {
            text =
                    text.replace("$grid", Integer.toString(config.grid()))
                            .replace("$heads", Integer.toString(config.head().heads()));
        }
        text =
                text.replace("$stages", Integer.toString(config.layers().size()))
                        .replace("$trunk", Integer.toString(trunk(config)))
                        .replace("$stem", config.hasStemPool() ? "2" : "1")
                        .replace("$epsilon", Double.toString(config.epsilon()));
        return config.weights().numbered(text);
    }

    /** The stage that {@code trunk} returns, counted from 1. */
    static int trunk(ResNetConfig config) {
        return Math.min(TRUNK, config.layers().size());
    }

    /** One method that runs the stage of a number, counted from 0. */
    private static String stages(ResNetConfig config) {
        var text = new StringBuilder();
        text.append("def stage(self: __torch__.M, x: Tensor, w: List[Tensor], stage: int, ")
                .append("learning: bool) -> Tensor:\n");
        for (int stage = 1; stage <= config.layers().size(); stage++) {
            text.append("  if torch.eq(stage, %d):\n".formatted(stage - 1));
            for (int block = 0; block < config.layers().get(stage - 1); block++) {
                text.append(block(config, stage, block));
            }
        }
        return text.append("  return x\n").toString();
    }

    private static String block(ResNetConfig config, int stage, int block) {
        return "    x = self.block(x, w, @[\"%sconv1.weight\"], %d, %s, learning)\n"
                .formatted(
                        ResNetConfig.block(stage, block),
                        block == 0 ? config.strides().get(stage - 1) : 1,
                        block == 0 ? "True" : "False");
    }
}
