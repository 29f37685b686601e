package dev.millrace.workers.train.pictures;

import ai.djl.ndarray.NDScope;

/**
 * How well a model knows pictures that it has not learned from, with noise as in training.
 *
 * @param loss mean negative log-likelihood per value in nats, less {@code log(2 pi) / 2}
 */
record HeldOutPictures(double loss) {
    private static final long NOISE_SEED = 0x4015E;
    private static final int ROWS = 16;

    static HeldOutPictures measure(PictureModel model, int pictures) {
        var source = new PictureSource();
        double sum = 0;
        for (int start = 0; start < pictures; start += ROWS) {
            int first = start;
            int rows = Math.min(ROWS, pictures - start);
            var batch =
                    PictureBatch.noisy(
                            row -> source.heldOut(first + (long) row),
                            rows,
                            model.config().noise(),
                            NOISE_SEED + start);
            try (var _ = new NDScope()) {
                sum += rows * model.loss(batch).toFloatArray()[0];
            }
        }
        return new HeldOutPictures(sum / pictures);
    }

    /** The same in bits per value, where a value is one of 256. */
    double bitsPerValue() {
        return (loss + 0.5 * Math.log(2 * Math.PI) + Math.log(128)) / Math.log(2);
    }
}
