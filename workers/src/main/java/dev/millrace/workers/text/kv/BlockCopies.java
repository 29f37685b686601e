package dev.millrace.workers.text.kv;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Script;

/** Copies positions out of caches and into them, on the device where they are. */
final class BlockCopies implements AutoCloseable {
    private static final String METHODS =
            """
            def out(self: __torch__.M, caches: List[Tensor], start: int, n: int) -> List[Tensor]:
              copies = annotate(List[Tensor], [])
              for i in range(torch.len(caches)):
                part = torch.narrow(caches[i], 1, start, n)
                copy = torch.append(copies, torch.clone(part, memory_format=0))
              return copies
            def into(self: __torch__.M, caches: List[Tensor], start: int, n: int, copies: List[Tensor]) -> Tensor:
              for i in range(torch.len(caches)):
                written = torch.copy_(torch.narrow(caches[i], 1, start, n), copies[i])
              return torch.narrow(caches[0], 1, start, n)
            """;

    private final Script script;

    BlockCopies(NDManager manager) {
        this.script = Script.compile(manager, METHODS);
    }

    /** Copies of {@code count} positions, which live in {@code scope}. */
    NDList out(NDManager scope, NDList caches, int start, int count) {
        return script.callForList(scope, "out", caches, start, count);
    }

    /** Writes copies of {@code count} positions. */
    void into(NDManager manager, NDList caches, int start, int count, NDList copies) {
        try (var scope = manager.newSubManager()) {
            var _ = script.call(scope, "into", caches, start, count, copies);
        }
    }

    @Override
    public void close() {
        script.close();
    }
}
