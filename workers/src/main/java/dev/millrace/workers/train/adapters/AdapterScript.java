package dev.millrace.workers.train.adapters;

/**
 * The teacher and the loss of one layer's adapters, as TorchScript text (ChunkLLM, section 3.2).
 *
 * <p>{@code teach}: the share of attention that each chunk gets from each row, the mean over heads,
 * [rows, chunks]. {@code forward}: the cross-entropy between that, renormalised over the chunks
 * that can be selected, and softmax(q k / sqrt(width)) of the adapted queries and chunk keys; its
 * least value is the teacher's own entropy, so it falls as their divergence does.
 */
final class AdapterScript {
    static final String TEXT =
            """
            def teach(self: __torch__.M, q: Tensor, k: Tensor, rows: Tensor, members: Tensor, scale: float) -> Tensor:
              group = torch.floordiv(torch.size(q, 1), torch.size(k, 1))
              keys = torch.repeat_interleave(k, group, 1)
              scores = torch.mul(torch.matmul(torch.transpose(q, 0, 1), torch.permute(keys, [1, 2, 0])), scale)
              positions = torch.arange(torch.size(k, 0))
              future = torch.gt(torch.unsqueeze(positions, 0), torch.unsqueeze(rows, 1))
              shares = torch.softmax(torch.masked_fill(scores, future, -1.e30), -1)
              return torch.matmul(torch.mean(shares, [0]), members)
            def scores(self: __torch__.M, q: Tensor, k: Tensor, wq: Tensor, wk: Tensor) -> Tensor:
              parts = torch.size(k, 0)
              maps = torch.reshape(wk, [parts, torch.size(wq, 0), torch.size(wk, 1)])
              keys = torch.sum(torch.matmul(k, torch.transpose(maps, 1, 2)), [0])
              adapted = torch.matmul(torch.linear(q, wq), torch.t(keys))
              return torch.div(adapted, torch.sqrt(torch.size(wq, 0)))
            def forward(self: __torch__.M, q: Tensor, k: Tensor, teacher: Tensor, forbidden: Tensor, weights: Tensor, wq: Tensor, wk: Tensor) -> Tensor:
              scores = torch.masked_fill(self.scores(q, k, wq, wk), torch.gt(forbidden, 0.5), -1.e30)
              logs = torch.clamp_min(torch.log_softmax(scores, -1), -100.)
              losses = torch.neg(torch.sum(torch.mul(teacher, logs), [1]))
              return torch.div(torch.dot(losses, weights), torch.sum(weights))
            """;

    private AdapterScript() {}
}
