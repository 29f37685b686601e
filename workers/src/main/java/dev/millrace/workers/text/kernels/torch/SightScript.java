package dev.millrace.workers.text.kernels.torch;

import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.Sight;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What {@link DecoderScript} says differently where layers differ in what they see. */
final class SightScript {
    private static final String SEE_ALL =
            """
            $WRITE
            seen_k = torch.narrow(k_cache, 1, 0, end)
            seen_v = torch.narrow(v_cache, 1, 0, end)
            allowed = mask
            """;

    /** Where every layer sees everything, turned. */
    private static final Map<String, String> UNIFORM =
            Map.of(
                    "LOGS",
                    "",
                    "LOGS_OF_EACH",
                    "",
                    "TURN",
                    """
                    c = cos
                    s = sin
                    """,
                    "SCALE",
                    "",
                    "NEAR_MASK",
                    "",
                    "SEE",
                    SEE_ALL,
                    "SEE_OF_ONE",
                    """
                    k_new = torch.copy_(torch.select(k_cache, 1, position), (self).keep(torch.select(k, 0, b)))
                    v_new = torch.copy_(torch.select(v_cache, 1, position), (self).keep(torch.select(v, 0, b)))
                    seen_k = torch.narrow(k_cache, 1, 0, position + 1)
                    seen_v = torch.narrow(v_cache, 1, 0, position + 1)
                    """);

    /**
     * Where layers differ: {@code $windowed}, {@code $turned} and {@code $scaled} are lists with an
     * entry for each; a layer that is not turned is turned by nothing. A windowed layer's cache is
     * a ring, so a block reads what is in it before it writes.
     */
    private static final Map<String, String> BY_LAYER =
            Map.of(
                    "LOGS",
                    """
                    seen_counts = torch.add(torch.cumsum(torch.new_ones(x, [n]), 0), start)
                    logs = torch.clamp_min(torch.log(torch.div(seen_counts, $logScaleFrom)), 0)
                    """,
                    "LOGS_OF_EACH",
                    """
                    seen_counts = torch.add(torch.to(torch.tensor(positions), x), 1)
                    logs = torch.clamp_min(torch.log(torch.div(seen_counts, $logScaleFrom)), 0)
                    """,
                    "TURN",
                    """
                    turned_by = ($turned)[l]
                    c = torch.add(torch.mul(cos, turned_by), 1. - turned_by)
                    s = torch.mul(sin, turned_by)
                    """,
                    "SCALE",
                    """
                    scale = torch.mul(torch.view(logs, [n, 1, 1]), torch.view($logScale, [1, $heads, 1]))
                    q = torch.mul(q, torch.add(scale, 1))
                    """,
                    "NEAR_MASK",
                    """
                    low = ops.prim.max(0, start + 1 - $window)
                    near = torch.unsqueeze(torch.narrow(places, 0, low, end - low), 0)
                    near_mask = torch.logical_and(torch.le(near, asking), torch.gt(near, torch.sub(asking, $window)))
                    """,
                    "SEE",
                    """
                    if ($windowed)[l]:
                      $SEE_NEAR
                    else:
                      $SEE_ALL
                    """,
                    "SEE_ALL",
                    SEE_ALL,
                    "SEE_NEAR",
                    """
                    k_cache = kv[l * 2]
                    v_cache = kv[l * 2 + 1]
                    ring = torch.size(k_cache, 1)
                    k_new = (self).keep(torch.transpose(k, 0, 1))
                    v_new = (self).keep(torch.transpose(v, 0, 1))
                    held = torch.remainder(torch.narrow(places, 0, low, start - low), ring)
                    seen_k = torch.cat([torch.index_select(k_cache, 1, held), k_new], 1)
                    seen_v = torch.cat([torch.index_select(v_cache, 1, held), v_new], 1)
                    kept = ops.prim.min(n, ring)
                    at = torch.remainder(torch.narrow(places, 0, end - kept, kept), ring)
                    _k = torch.index_copy_(k_cache, 1, at, torch.narrow(k_new, 1, n - kept, kept))
                    _v = torch.index_copy_(v_cache, 1, at, torch.narrow(v_new, 1, n - kept, kept))
                    allowed = near_mask
                    """,
                    "SEE_OF_ONE",
                    """
                    ring = torch.size(k_cache, 1)
                    row_at = torch.remainder(position, ring)
                    k_new = torch.copy_(torch.select(k_cache, 1, row_at), (self).keep(torch.select(k, 0, b)))
                    v_new = torch.copy_(torch.select(v_cache, 1, row_at), (self).keep(torch.select(v, 0, b)))
                    if ($windowed)[l]:
                      first = ops.prim.max(0, position + 1 - $window)
                    else:
                      first = 0
                    first_at = torch.remainder(first, ring)
                    older = ops.prim.min(position + 1 - first, ring - first_at)
                    newer = position + 1 - first - older
                    seen_k = torch.narrow(k_cache, 1, first_at, older)
                    seen_v = torch.narrow(v_cache, 1, first_at, older)
                    if torch.gt(newer, 0):
                      seen_k = torch.cat([seen_k, torch.narrow(k_cache, 1, 0, newer)], 1)
                      seen_v = torch.cat([seen_v, torch.narrow(v_cache, 1, 0, newer)], 1)
                    else:
                      pass
                    """);

    private SightScript() {}

    /** The parts for a model, by name. */
    static Map<String, String> parts(DecoderConfig config) {
        boolean isUniform = config.sights().stream().allMatch(Sight.FULL::equals);
        var parts = new HashMap<>(isUniform ? UNIFORM : BY_LAYER);
        if (!config.isLogScaled()) {
            parts.put("SCALE", "");
        }
        return parts;
    }

    /** The constants in them. */
    static Map<String, String> values(DecoderConfig config) {
        int[] windows = distinct(config, Sight::window);
        int[] logScales = distinct(config, Sight::logScaleFrom);
        return Map.of(
                "window",
                "" + (windows.length == 0 ? 1 : windows[0]),
                "windowed",
                list(config, sight -> sight.isWindowed() ? "True" : "False"),
                "turned",
                list(config, sight -> sight.isRotated() ? "1." : "0."),
                "logScaleFrom",
                "" + (logScales.length == 0 ? 1 : logScales[0]));
    }

    /** Those above zero, of which there may be one. */
    private static int[] distinct(DecoderConfig config, ToIntFunction<Sight> property) {
        int[] values =
                config.sights().stream()
                        .mapToInt(property)
                        .filter(value -> value > 0)
                        .distinct()
                        .toArray();
        if (values.length > 1) {
            throw new IllegalArgumentException(
                    "layers may have one window and one log scale, have "
                            + Arrays.toString(values));
        }
        return values;
    }

    private static String list(DecoderConfig config, Function<Sight, String> property) {
        return config.sights().stream().map(property).collect(Collectors.joining(", ", "[", "]"));
    }
}
