package dev.millrace.workers.text.kernels.vector;

/**
 * A weight matrix [outputs, inputs] in main memory, in one of the types that decoding reads.
 *
 * <p>{@code multiply} may be called by several threads for different outputs.
 */
sealed interface Matrix permits FloatMatrix, BfloatMatrix, ByteMatrix {
    /** Inputs from which on it pays to compute two sums at once. */
    int LONG_SUM = 512;

    int outputs();

    int inputs();

    /** Bytes that one multiplication reads. */
    long bytes();

    /**
     * Rows of x [rows, inputs] in the order in which {@link #multiply} reads them, written to
     * {@code arranged} [rows, inputs]; {@code x} itself if that is its own order.
     */
    default float[] arrange(float[] x, int rows, float[] arranged) {
        return x;
    }

    /**
     * y[row, o] = sum over i of this[o, i] x[row, i], for the outputs {@code from <= o < to}. A
     * row's sums do not depend on the number of rows.
     *
     * @param x arranged, [rows, inputs]
     * @param y [rows, outputs]
     */
    default void multiply(float[] x, int rows, float[] y, int from, int to) {
        int row = 0;
        for (; row + 4 <= rows; row += 4) {
            for (int output = from; output < to; output++) {
                four(x, row * inputs(), y, row * outputs() + output, output);
            }
        }
        for (; row < rows; row++) {
            multiplyRow(x, row, y, from, to);
        }
    }

    /**
     * One row, by two outputs at a time from either half of them: memory gives two streams that are
     * far apart faster than one. Short sums gain nothing by it.
     */
    private void multiplyRow(float[] x, int row, float[] y, int from, int to) {
        int at = row * inputs();
        int apart = inputs() < LONG_SUM ? 0 : (to - from) / 2;
        for (int output = from; output < from + apart; output++) {
            two(x, at, y, row * outputs() + output, output, apart);
        }
        for (int output = from + 2 * apart; output < to; output++) {
            y[row * outputs() + output] = one(x, at, output);
        }
    }

    /** One sum: of the row of x that begins at {@code at}. */
    float one(float[] x, int at, int output);

    /**
     * The same sums as {@link #one}, in the same order, for the outputs {@code output} and {@code
     * output + apart}.
     *
     * @param to where the first one's sum stands in y; the other's stands {@code apart} further on
     */
    void two(float[] x, int at, float[] y, int to, int output, int apart);

    /**
     * The same sums as {@link #one}, in the same order, of the four rows of x that begin at {@code
     * at}, with each weight read once.
     *
     * @param to where the first row's sum stands in y; each other row's stands {@code outputs()}
     *     further on
     */
    void four(float[] x, int at, float[] y, int to, int output);

    /** One row of the matrix as floats. */
    void copyRow(int output, float[] to, int at);
}
