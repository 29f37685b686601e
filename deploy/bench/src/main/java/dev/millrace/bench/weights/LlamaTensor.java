package dev.millrace.bench.weights;

/**
 * One tensor of a Llama decoder.
 *
 * @param name in Hugging Face's files
 * @param ggufName in GGUF files
 * @param rows outputs of a matrix; 1 for a norm
 * @param columns inputs of a matrix; the width of a norm
 * @param rotatedHeads of a matrix whose outputs are turned by their position, else 0
 */
record LlamaTensor(
        String name, String ggufName, Kind kind, int rows, int columns, int rotatedHeads) {

    enum Kind {
        EMBEDDING,
        MATRIX,
        NORM
    }

    long elements() {
        return (long) rows * columns;
    }

    /** The shape in Hugging Face's files. */
    long[] shape() {
        return kind == Kind.NORM ? new long[] {columns} : new long[] {rows, columns};
    }
}
