package dev.millrace.workers.text.kv;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Script;

/** Copies the newest positions out of caches and into them, on the device where they are. */
final class BlockCopies implements AutoCloseable {
    /** In a ring of {@code rows} rows they may begin at its end and go on at its beginning. */
    private static final String METHODS =
            """
            def out(self: __torch__.M, caches: List[Tensor], end: int, counts: List[int]) -> List[Tensor]:
              copies = annotate(List[Tensor], [])
              for i in range(torch.len(caches)):
                rows = torch.size(caches[i], 1)
                first = torch.remainder(end - counts[i], rows)
                before = ops.prim.min(counts[i], rows - first)
                older = torch.narrow(caches[i], 1, first, before)
                newer = torch.narrow(caches[i], 1, 0, counts[i] - before)
                copy = torch.append(copies, torch.cat([older, newer], 1))
              return copies
            def into(self: __torch__.M, caches: List[Tensor], end: int, copies: List[Tensor]) -> Tensor:
              for i in range(torch.len(caches)):
                rows = torch.size(caches[i], 1)
                count = torch.size(copies[i], 1)
                first = torch.remainder(end - count, rows)
                before = ops.prim.min(count, rows - first)
                older = torch.copy_(torch.narrow(caches[i], 1, first, before), torch.narrow(copies[i], 1, 0, before))
                newer = torch.copy_(torch.narrow(caches[i], 1, 0, count - before), torch.narrow(copies[i], 1, before, count - before))
              return torch.narrow(caches[0], 1, 0, 1)
            """;

    private final Script script;

    BlockCopies(NDManager manager) {
        this.script = Script.compile(manager, METHODS);
    }

    /**
     * Copies of the positions before {@code end}, which live in {@code scope}.
     *
     * @param counts of each cache, how many; it holds them
     */
    NDList out(NDManager scope, NDList caches, int end, long... counts) {
        return script.callForList(scope, "out", caches, end, counts);
    }

    /** Writes such copies. */
    void into(NDManager manager, NDList caches, int end, NDList copies) {
        try (var scope = manager.newSubManager()) {
            var _ = script.call(scope, "into", caches, end, copies);
        }
    }

    @Override
    public void close() {
        script.close();
    }
}
