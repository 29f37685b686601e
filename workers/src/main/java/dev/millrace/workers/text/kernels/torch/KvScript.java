package dev.millrace.workers.text.kernels.torch;

import dev.millrace.workers.tensor.ElementType;

/**
 * How {@link DecoderScript} writes keys and values and reads them: {@code keep} makes rows of a
 * cache of f32 numbers, {@code kept} what is computed with of such rows.
 */
final class KvScript {
    private static final String AS_NUMBERS =
            """
            def keep(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, $kvType)
            def kept(self: __torch__.M, rows: Tensor) -> Tensor:
              return torch.to(rows, $type)
            """;

    /** A row is the four bytes of an f32 scale, then whole numbers, -127..127. */
    private static final String SCALED =
            """
            def keep(self: __torch__.M, x: Tensor) -> Tensor:
              largest = torch.clamp_min(torch.amax(torch.abs(x), [-1], True), 1e-30)
              scale = torch.div(largest, 127)
              numbers = torch.to(torch.round(torch.div(x, scale)), $kvType)
              return torch.cat([torch.view_copy(torch.clone(scale, memory_format=0), dtype=$kvType), numbers], -1)
            def kept(self: __torch__.M, rows: Tensor) -> Tensor:
              scale = torch.view_copy(torch.clone(torch.narrow(rows, -1, 0, 4), memory_format=0), dtype=6)
              numbers = torch.narrow(rows, -1, 4, $headDim)
              return torch.to(torch.mul(numbers, scale), $type)
            """;

    private KvScript() {}

    /** The two methods, for keys and values in f32, bf16 or int8. */
    static String methods(ElementType kvType) {
        return switch (kvType) {
            case F32, BF16 -> AS_NUMBERS;
            case I8 -> SCALED;
            case F16, F64, I32, I64, U8, BOOL ->
                    throw new IllegalArgumentException(
                            "keys and values are kept in F32, BF16 or I8, not in " + kvType);
        };
    }
}
