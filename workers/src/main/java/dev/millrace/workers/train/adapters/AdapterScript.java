package dev.millrace.workers.train.adapters;

/**
 * The teacher and the loss of one layer's adapters, as TorchScript text (ChunkLLM, section 3.2).
 *
 * <p>{@code teach}: the share of attention that each chunk gets from each row, the mean over a
 * scorer's heads, [scorers, rows, chunks]. {@code forward}: the cross-entropy between that,
 * renormalised over the chunks that can be selected, and softmax(q k / sqrt(width) + bias) of the
 * adapted queries and chunk keys; its least value is the teacher's own entropy, so it falls as
 * their divergence does.
 */
final class AdapterScript {
    static final String TEXT =
            """
            def teach(self: __torch__.M, q: Tensor, k: Tensor, rows: Tensor, chunk_of: Tensor, chunks: int, scorers: int, scale: float) -> Tensor:
              group = torch.floordiv(torch.size(q, 1), torch.size(k, 1))
              keys = torch.repeat_interleave(k, group, 1)
              scores = torch.mul(torch.matmul(torch.transpose(q, 0, 1), torch.permute(keys, [1, 2, 0])), scale)
              positions = torch.arange(torch.size(k, 0))
              future = torch.gt(torch.unsqueeze(positions, 0), torch.unsqueeze(rows, 1))
              shares = torch.softmax(torch.masked_fill(scores, future, -1.e30), -1)
              shares = torch.mean(torch.reshape(shares, [scorers, -1, torch.size(rows, 0), torch.size(k, 0)]), [1])
              sums = torch.new_zeros(shares, [scorers, torch.size(rows, 0), chunks + 1])
              return torch.narrow(torch.index_add(sums, 2, chunk_of, shares), 2, 0, chunks)
            def scores(self: __torch__.M, q: Tensor, k: Tensor, bias: Tensor, wq: Tensor, wk: Tensor, scorers: int) -> Tensor:
              parts = torch.size(k, 0)
              width = torch.floordiv(torch.size(wq, 0), scorers)
              asked = torch.transpose(torch.reshape(q, [torch.size(q, 0), scorers, -1]), 0, 1)
              asked = torch.matmul(asked, torch.transpose(torch.reshape(wq, [scorers, width, -1]), 1, 2))
              held = torch.permute(torch.reshape(k, [parts, torch.size(k, 1), scorers, -1]), [2, 0, 1, 3])
              maps = torch.reshape(wk, [scorers, parts, width, -1])
              keys = torch.sum(torch.matmul(held, torch.transpose(maps, 2, 3)), [1])
              adapted = torch.matmul(asked, torch.transpose(keys, 1, 2))
              return torch.add(torch.div(adapted, torch.sqrt(width)), bias)
            def forward(self: __torch__.M, q: Tensor, k: Tensor, bias: Tensor, teacher: Tensor, forbidden: Tensor, weights: Tensor, wq: Tensor, wk: Tensor) -> Tensor:
              scores = self.scores(q, k, bias, wq, wk, torch.size(teacher, 0))
              scores = torch.masked_fill(scores, torch.gt(forbidden, 0.5), -1.e30)
              logs = torch.clamp_min(torch.log_softmax(scores, -1), -100.)
              losses = torch.neg(torch.sum(torch.mul(teacher, logs), [2]))
              return torch.div(torch.sum(torch.mul(losses, weights)), torch.sum(weights))
            """;

    private AdapterScript() {}
}
