package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.train.scenes.SceneClass;

import java.util.List;

/**
 * What a step learns from: pictures of scenes, then pictures of single things, with a caption each.
 *
 * @param scenes [scenes, 3, side, side]
 * @param parts [parts, 3, partSide, partSide]
 * @param captions of the scenes and then of the parts
 * @param template how classes are named in this step
 */
@SuppressWarnings("ArrayRecordComponent") // filled once, copied into tensors, dropped
record SceneLesson(float[] scenes, float[] parts, List<Caption> captions, String template) {
    SceneLesson {
        captions = List.copyOf(captions);
    }

    List<String> texts() {
        return captions.stream().map(Caption::text).toList();
    }

    /** How likely a caption is that of a picture: evenly among those that claim the same. */
    float[] targets() {
        int n = captions.size();
        var targets = new float[n * n];
        for (int row = 0; row < n; row++) {
            var claim = captions.get(row).claim();
            long same = captions.stream().filter(other -> other.claim().equals(claim)).count();
            for (int column = 0; column < n; column++) {
                targets[row * n + column] =
                        captions.get(column).claim().equals(claim) ? 1f / same : 0;
            }
        }
        return targets;
    }

    /** Which classes the captions of the scenes name, [scenes, classes]. */
    float[] present(int count) {
        var kinds = SceneClass.values();
        var present = new float[count * kinds.length];
        for (int i = 0; i < present.length; i++) {
            boolean isNamed =
                    captions.get(i / kinds.length).kinds().contains(kinds[i % kinds.length]);
            present[i] = isNamed ? 1 : 0;
        }
        return present;
    }
}
