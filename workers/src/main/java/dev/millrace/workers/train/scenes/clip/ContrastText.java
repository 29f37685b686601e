package dev.millrace.workers.train.scenes.clip;

/**
 * TorchScript of what CLIPs learn by; the names are those of {@code ClipScript}.
 *
 * <ul>
 *   <li>{@code meet(images, texts, targets, scale)}: the symmetric cross entropy of scaled cosines
 *       (A. Radford et al., <i>Learning Transferable Visual Models From Natural Language
 *       Supervision</i>, 2021, fig. 3) against shares, {@code targets} [n, n], symmetric
 *   <li>{@code tell(similar, present, scale, bias)}: how badly similarities [n, classes] say which
 *       classes are named, each for itself, as X. Zhai et al. do it in <i>Sigmoid Loss for Language
 *       Image Pre-Training</i>, 2023
 *   <li>{@code greatest(cells, names)}: how alike a picture's most alike cells are to each class
 *       less what all classes share, [n, classes], for {@code cells} [n, cells, width] and {@code
 *       names} [classes + 1, width], the last one that of no class: a smooth maximum
 * </ul>
 */
final class ContrastText {
    /** How sharp the smooth maximum is. */
    static final double SHARPNESS = 20;

    /** The logarithm of the greatest scale. */
    static final double MOST_SCALE = Math.log(100);

    static final String METHODS =
            """
            def direction(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.div(x, torch.clamp_min(torch.norm(x, 2, [-1], True), 9.9999999999999995e-08))
            def meet(self: __torch__.M, images: Tensor, texts: Tensor, targets: Tensor, scale: Tensor) -> Tensor:
              cosines = torch.matmul(images, torch.t(texts))
              logits = torch.mul(cosines, torch.exp(torch.clamp_max(scale, $most)))
              rows = torch.sum(torch.mul(targets, torch.log_softmax(logits, 1)))
              columns = torch.sum(torch.mul(targets, torch.log_softmax(torch.t(logits), 1)))
              return torch.div(torch.add(rows, columns), -2 * torch.size(targets, 0))
            def tell(self: __torch__.M, similar: Tensor, present: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
              logits = torch.add(torch.mul(similar, torch.exp(scale)), bias)
              return torch.binary_cross_entropy_with_logits(logits, present, None, None, 1)
            def greatest(self: __torch__.M, cells: Tensor, names: Tensor) -> Tensor:
              classes = torch.size(names, 0) - 1
              own = torch.sub(torch.narrow(names, 0, 0, classes), torch.narrow(names, 0, classes, 1))
              similar = torch.matmul(cells, torch.t(own))
              return torch.div(torch.logsumexp(torch.mul(similar, $sharpness), [1], False), $sharpness)
            """
                    .replace("$most", Double.toString(MOST_SCALE))
                    .replace("$sharpness", Double.toString(SHARPNESS));

    private ContrastText() {}
}
