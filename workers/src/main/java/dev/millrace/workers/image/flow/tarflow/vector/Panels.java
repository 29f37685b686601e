package dev.millrace.workers.image.flow.tarflow.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * A matrix and a bias in the order in which they are read: panels of outputs beside each other,
 * input by input.
 *
 * <p>Each result is summed from the bias on, input after input, in any company.
 */
abstract sealed class Panels permits FloatPanels, BfloatPanels {
    /** Outputs of a panel. */
    static final int WIDTH = 2 * COUNT;

    private static final int LOWER_HALF = 0xFFFF;

    final int inputs;

    /** [panels * WIDTH]. */
    final float[] bias;

    Panels(int inputs, float... bias) {
        this.inputs = inputs;
        this.bias = new float[padded(bias.length)];
        System.arraycopy(bias, 0, this.bias, 0, bias.length);
    }

    /**
     * In bf16 if no weight changes by it: half as much is read, and all sums are the same.
     *
     * @param matrix [outputs, inputs]
     * @param bias [outputs]
     */
    static Panels of(float[] matrix, float... bias) {
        for (float weight : matrix) {
            if ((Float.floatToRawIntBits(weight) & LOWER_HALF) != 0) {
                return new FloatPanels(matrix, bias);
            }
        }
        return new BfloatPanels(matrix, bias);
    }

    static int padded(int outputs) {
        return (outputs + WIDTH - 1) / WIDTH * WIDTH;
    }

    /** Floats from one row of results to the next. */
    final int stride() {
        return bias.length;
    }

    /** Puts products in the place of what is there. */
    final void product(Rows x, Rows y, int rows) {
        run(x, y, rows, false);
    }

    /** Adds products to what is there. */
    final void addProduct(Rows x, Rows y, int rows) {
        run(x, y, rows, true);
    }

    private void run(Rows x, Rows y, int rows, boolean adds) {
        for (int output = 0; output < bias.length; output += WIDTH) {
            int row = 0;
            for (; row + 8 <= rows; row += 8) {
                eight(x, y, row, output, adds);
            }
            for (; row + 4 <= rows; row += 4) {
                four(x, y, row, output, adds);
            }
            for (; row + 2 <= rows; row += 2) {
                two(x, y, row, output, adds);
            }
            if (row < rows) {
                one(x, y, row, output, adds);
            }
        }
    }

    /** A panel's results for one row; adds to what is there, or replaces it. */
    abstract void one(Rows x, Rows y, int row, int output, boolean adds);

    abstract void two(Rows x, Rows y, int row, int output, boolean adds);

    abstract void four(Rows x, Rows y, int row, int output, boolean adds);

    abstract void eight(Rows x, Rows y, int row, int output, boolean adds);

    static void put(FloatVector sum, float[] y, int at, boolean adds) {
        (adds ? load(y, at).add(sum) : sum).intoArray(y, at);
    }
}
