package dev.millrace.workers.segment.picture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;

import java.util.List;

/** Brings pictures to a network's size, colours and frame. Lives in the scope it was made in. */
public final class PixelScript {
    private static final String METHODS =
            """
            def resize(self: __torch__.M, x: Tensor, size: List[int], cubic: bool) -> Tensor:
              if cubic:
                y = torch._upsample_bicubic2d_aa(x, size, False)
              else:
                y = torch._upsample_bilinear2d_aa(x, size, False)
              return torch.clamp(torch.round(y), 0, 255)
            def normalize(self: __torch__.M, x: Tensor, mean: Tensor, deviation: Tensor) -> Tensor:
              return torch.div(torch.sub(x, mean), deviation)
            def pad(self: __torch__.M, x: Tensor, padding: List[int]) -> Tensor:
              return torch.constant_pad_nd(x, padding)
            """;

    private final Script script;

    public PixelScript(NDManager manager) {
        this.script = Script.compile(manager, METHODS);
    }

    /** How colours in between are found; both smooth what is made smaller, as Pillow does. */
    public enum Filter {
        BILINEAR,
        BICUBIC
    }

    /** A picture's colours, 0 to 255, [1, 3, height, width]. */
    public NDArray colours(NDManager scope, Picture picture) {
        int pixels = picture.width() * picture.height();
        var planes = new float[3 * pixels];
        byte[] rgb = picture.rgb();
        for (int i = 0; i < planes.length; i++) {
            planes[i] = rgb[3 * (i % pixels) + i / pixels] & 0xff;
        }
        return Tensors.floats(scope, planes, 1, 3, picture.height(), picture.width());
    }

    /** Colours at another size, whole numbers again, [1, 3, height, width]. */
    public NDArray resized(NDManager scope, NDArray colours, int height, int width, Filter filter) {
        var shape = colours.getShape();
        if (shape.get(2) == height && shape.get(3) == width) {
            return colours;
        }
        long[] size = {height, width};
        return script.call(scope, "resize", colours, size, filter == Filter.BICUBIC);
    }

    /** Colours as a network takes them. */
    public NDArray normalized(NDManager scope, NDArray colours, Normalization normalization) {
        var mean = perColour(scope, normalization.mean());
        var deviation = perColour(scope, normalization.deviation());
        return script.call(scope, "normalize", colours, mean, deviation);
    }

    private static NDArray perColour(NDManager scope, List<Double> values) {
        var floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i).floatValue();
        }
        return scope.create(floats, new Shape(1, floats.length, 1, 1));
    }

    /** With zeros to the right and below, [1, 3, height, width]. */
    public NDArray padded(NDManager scope, NDArray pixels, int height, int width) {
        var shape = pixels.getShape();
        long[] padding = {0, width - shape.get(3), 0, height - shape.get(2)};
        return script.call(scope, "pad", pixels, padding);
    }
}
