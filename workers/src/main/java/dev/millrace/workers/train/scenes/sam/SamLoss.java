package dev.millrace.workers.train.scenes.sam;

import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.segment.sam.SamScript;
import dev.millrace.workers.segment.sam.SamWeights;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

/**
 * What a SAM minimises, as script text behind that of {@link SamScript}.
 *
 * <p>A mask costs {@code 20 focal + dice}: with {@code p = sigmoid(logit)} and the target t, focal
 * is the mean over pixels of {@code (p - t)^2 ce(p, t)} (T.-Y. Lin et al., 1708.02002, gamma 2) and
 * dice is {@code 1 - (2 sum(p t) + 1) / (sum p + sum t + 1)}. Of the masks that may answer a prompt
 * only the one counts that costs least at the decoder's own size; what it costs is then computed at
 * the picture's size. The predicted IoU of each of them costs its squared distance from the true
 * one, as SAM 2's training has it.
 *
 * <p>In a second round each prompt has one more point, chosen evenly among the pixels where the
 * first answer is wrong, and that answer as its mask; the single mask is the answer then. Both
 * rounds count the same.
 *
 * <ul>
 *   <li>{@code learn(pixels, places, labels, answers, targets, corrections, w)}, all as in {@link
 *       SamBatch}: [the loss, the masks' part, the IoUs' part, how often each mask was the best],
 *       the latter three of the first round
 *   <li>{@code judge(pixels, places, labels, targets, w)}: true and predicted IoU of each mask,
 *       both [prompts, masks]
 * </ul>
 */
final class SamLoss {
    private static final String METHODS =
            """
            def costs(self: __torch__.M, z: Tensor, t: Tensor) -> Tensor:
              p = torch.sigmoid(z)
              miss = torch.sub(p, t)
              surprise = torch.sub(torch.softplus(z), torch.mul(z, t))
              focal = torch.mean(torch.mul(surprise, torch.mul(miss, miss)), [2, 3])
              both = torch.add(torch.mul(torch.sum(torch.mul(p, t), [2, 3]), 2), 1)
              all = torch.add(torch.add(torch.sum(p, [2, 3]), torch.sum(t, [2, 3])), 1)
              return torch.add(torch.mul(focal, 20), torch.rsub(torch.div(both, all), 1))
            def overlaps(self: __torch__.M, z: Tensor, t: Tensor) -> Tensor:
              seen = torch.to(torch.gt(z, 0), 6)
              both = torch.sum(torch.mul(seen, t), [2, 3])
              either = torch.sub(torch.add(torch.sum(seen, [2, 3]), torch.sum(t, [2, 3])), both)
              return torch.div(both, torch.clamp_min(either, 1))
            def large(self: __torch__.M, z: Tensor) -> Tensor:
              return torch.upsample_bilinear2d(z, [$side, $side], False)
            def best(self: __torch__.M, z: Tensor, t: Tensor, answers: Tensor) -> Tensor:
              small = torch.adaptive_avg_pool2d(t, [torch.size(z, 2), torch.size(z, 3)])
              barred = torch.mul(torch.rsub(answers, 1), 1.0e+09)
              return torch.argmin(torch.add(self.costs(z, small), barred), 1)
            def pick(self: __torch__.M, z: Tensor, best: Tensor) -> Tensor:
              at = torch.expand(torch.view(best, [-1, 1, 1, 1]), [-1, -1, torch.size(z, 2), torch.size(z, 3)])
              return torch.gather(z, 1, at)
            def grade(self: __torch__.M, z: Tensor, quality: Tensor, t: Tensor, answers: Tensor) -> List[Tensor]:
              drawn = torch.detach(z)
              best = self.best(drawn, t, answers)
              cost = torch.mean(self.costs(self.large(self.pick(z, best)), t))
              wrong = torch.square(torch.sub(quality, self.overlaps(self.large(drawn), t)))
              each = torch.div(torch.sum(torch.mul(wrong, answers), [1]), torch.sum(answers, [1]))
              return [torch.add(cost, torch.mean(each)), cost, torch.mean(each), best]
            def mistake(self: __torch__.M, z: Tensor, t: Tensor, corrections: Tensor) -> Tensor:
              meant = torch.flatten(t, 1)
              seen = torch.to(torch.gt(torch.flatten(self.large(z), 1), 0), 6)
              wrong = torch.abs(torch.sub(seen, meant))
              none = torch.to(torch.eq(torch.sum(wrong, [1], True), 0), 6)
              wrong = torch.add(wrong, torch.mul(none, meant))
              passed = torch.cumsum(wrong, 1)
              wanted = torch.mul(torch.sum(wrong, [1], True), torch.unsqueeze(corrections, 1))
              before = torch.sum(torch.le(passed, wanted), [1])
              return torch.clamp_max(before, $side * $side - 1)
            def point(self: __torch__.M, pixels: Tensor) -> Tensor:
              x = torch.remainder(pixels, $side)
              y = torch.floor_divide(pixels, $side)
              return torch.to(torch.unsqueeze(torch.stack([x, y], 1), 1), 6)
            def pictures(self: __torch__.M, pixels: Tensor, prompts: int, w: List[Tensor]) -> Tensor:
              cells = torch.unsqueeze(self.embed(pixels, w), 1)
              each = torch.floordiv(prompts, torch.size(pixels, 0))
              return torch.flatten(torch.expand(cells, [-1, each, -1, -1, -1]), 0, 1)
            def again(self: __torch__.M, cells: Tensor, z: Tensor, places: Tensor, labels: Tensor, t: Tensor, corrections: Tensor, w: List[Tensor]) -> Tensor:
              at = self.mistake(z, t, corrections)
              label = torch.to(torch.gather(torch.flatten(t, 1), 1, torch.unsqueeze(at, 1)), 4)
              tokens = self.sparse(torch.cat([self.point(at), places], 1), torch.cat([label, labels], 1), w)
              drawn = self.decode(cells, self.dense(z, w), tokens, w)
              quality = torch.narrow(drawn[1], 1, 0, 1)
              graded = self.grade(torch.narrow(drawn[0], 1, 0, 1), quality, t, torch.ones_like(quality))
              return graded[0]
            def learn(self: __torch__.M, pixels: Tensor, places: Tensor, labels: Tensor, answers: Tensor, t: Tensor, corrections: Tensor, w: List[Tensor]) -> List[Tensor]:
              cells = self.pictures(pixels, torch.size(places, 0), w)
              drawn = self.decode(cells, self.no_mask(w), self.sparse(places, labels, w), w)
              graded = self.grade(drawn[0], drawn[1], t, answers)
              if torch.gt(torch.size(corrections, 0), 0):
                z = torch.detach(self.pick(drawn[0], graded[3]))
                second = self.again(cells, z, places, labels, t, corrections, w)
                loss = torch.mul(torch.add(graded[0], second), 0.5)
              else:
                loss = graded[0]
                i = @["prompt_encoder.mask_embed.conv1.weight"]
                for number in range(10):
                  loss = torch.add(loss, torch.mul(torch.sum(w[i + number]), 0))
              chosen = torch.bincount(graded[3], None, torch.size(answers, 1))
              return [loss, torch.detach(graded[1]), torch.detach(graded[2]), torch.to(chosen, 6)]
            def judge(self: __torch__.M, pixels: Tensor, places: Tensor, labels: Tensor, t: Tensor, w: List[Tensor]) -> List[Tensor]:
              cells = self.pictures(pixels, torch.size(places, 0), w)
              drawn = self.decode(cells, self.no_mask(w), self.sparse(places, labels, w), w)
              return [self.overlaps(self.large(drawn[0]), t), drawn[1]]
            """;

    private SamLoss() {}

    static String script(SamConfig config, ElementType inner, Devices.Choice device) {
        var own = METHODS.replace("$side", Integer.toString(config.vision().side()));
        return SamScript.of(config, inner, device) + SamWeights.of(config).numbered(own);
    }
}
