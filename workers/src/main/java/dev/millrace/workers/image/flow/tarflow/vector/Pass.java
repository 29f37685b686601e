package dev.millrace.workers.image.flow.tarflow.vector;

import java.util.List;

/** Tokens through a block's network, each a row; with arrays that are used again. */
final class Pass {
    /** Rows whose widened form fits into a core's own cache. */
    private static final int AT_ONCE = 64;

    private final Dimensions dimensions;
    private final float scale;
    private Rows in = Rows.of(0, 1);
    private Rows h = Rows.of(0, 1);
    private Rows normed = Rows.of(0, 1);
    private Rows qkv = Rows.of(0, 1);
    private Rows wide = Rows.of(0, 1);
    private Rows out = Rows.of(0, 1);

    /**
     * A row.
     *
     * @param x the tokens it is one of, its values from {@code at} on
     * @param embedding of its class
     * @param sharpness scores are multiplied by
     */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Reading(
            float[] x, int at, int token, float[] embedding, Memory memory, float sharpness) {}

    Pass(Dimensions dimensions) {
        this.dimensions = dimensions;
        this.scale = (float) (1 / Math.sqrt(dimensions.headWidth()));
    }

    /**
     * Log-scales and shifts of what follows each token, a row each: [2, tokenWidth] and what fills
     * it up. Keeps keys and values. To be read before the next call.
     */
    Rows read(Block block, List<Reading> readings) {
        int rows = readings.size();
        reserve(block, rows);
        begin(block, readings);
        for (int i = 0; i < block.layers().size(); i++) {
            var layer = block.layers().get(i);
            layer.beforeAttention().apply(h, normed, rows);
            layer.project().product(normed, qkv, rows);
            attend(i, readings);
            layer.merge().addProduct(normed, h, rows);
            layer.beforeWidening().apply(h, normed, rows);
            for (int row = 0; row < rows; row += AT_ONCE) {
                widen(layer, row, Math.min(AT_ONCE, rows - row));
            }
        }
        block.out().product(h, out, rows);
        return out;
    }

    private void reserve(Block block, int rows) {
        if (h.holds(rows) && rows > 0) {
            return;
        }
        var layer = block.layers().getFirst();
        in = Rows.of(rows, dimensions.tokenWidth());
        h = Rows.of(rows, layer.merge().stride());
        normed = Rows.of(rows, layer.merge().stride());
        qkv = Rows.of(rows, layer.project().stride());
        wide = Rows.of(Math.min(rows, AT_ONCE), layer.widen().stride());
        out = Rows.of(rows, block.out().stride());
    }

    private void begin(Block block, List<Reading> readings) {
        int width = dimensions.width();
        int row = 0;
        for (var reading : readings) {
            System.arraycopy(reading.x(), reading.at(), in.values(), in.at(row), in.stride());
            row++;
        }
        block.in().product(in, h, row);
        row = 0;
        for (var reading : readings) {
            int position = reading.token() * width;
            int at = h.at(row);
            for (int i = 0; i < width; i++) {
                h.values()[at + i] += block.positions()[position + i];
                h.values()[at + i] += reading.embedding()[i];
            }
            row++;
        }
    }

    /** Puts what is seen in the place of what was normed. */
    private void attend(int layer, List<Reading> readings) {
        int row = 0;
        for (var reading : readings) {
            reading.memory().keep(layer, reading.token(), qkv.values(), qkv.at(row));
            row++;
        }
        for (int first = 0; first < readings.size(); ) {
            var reading = readings.get(first);
            int count = neighbours(readings, first);
            float sharp = scale * reading.sharpness();
            reading.memory()
                    .attend(
                            layer,
                            reading.token(),
                            count,
                            qkv.from(first),
                            sharp,
                            normed.from(first));
            first += count;
        }
    }

    /** How many rows from this one on are tokens of one memory, one after another. */
    private static int neighbours(List<Reading> readings, int first) {
        var start = readings.get(first);
        int count = 1;
        while (first + count < readings.size()
                && start.memory() == readings.get(first + count).memory()
                && start.token() + count == readings.get(first + count).token()) {
            count++;
        }
        return count;
    }

    private void widen(Layer layer, int first, int rows) {
        layer.widen().product(normed.from(first), wide, rows);
        Gelu.apply(wide, rows);
        layer.narrow().addProduct(wide, h.from(first), rows);
    }
}
