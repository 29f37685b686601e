package dev.millrace.workers.text.kernels.vector;

/**
 * A weight matrix [outputs, inputs] in main memory, in one of the types that decoding reads.
 *
 * <p>{@code multiply} may be called by several threads for different outputs.
 */
sealed interface Matrix permits FloatMatrix, BfloatMatrix, ByteMatrix {
    int outputs();

    int inputs();

    /** Bytes that one multiplication reads. */
    long bytes();

    /**
     * Rows of x [rows, inputs] in the order in which {@link #multiply} reads them, written to
     * {@code arranged} [rows, inputs]; {@code x} itself if that is its own order.
     */
    float[] arrange(float[] x, int rows, float[] arranged);

    /**
     * y[row, o] = sum over i of this[o, i] x[row, i], for the outputs {@code from <= o < to}. A
     * row's sums do not depend on the number of rows.
     *
     * @param x arranged, [rows, inputs]
     * @param y [rows, outputs]
     */
    void multiply(float[] x, int rows, float[] y, int from, int to);

    /** One row of the matrix as floats. */
    void copyRow(int output, float[] to, int at);
}
