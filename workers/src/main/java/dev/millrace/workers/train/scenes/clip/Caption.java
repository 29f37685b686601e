package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.train.scenes.SceneClass;

import java.util.Set;

/**
 * What is said of a picture.
 *
 * @param text the words
 * @param claim what they say; captions that claim the same are equally true of a picture
 * @param kinds the classes named
 */
record Caption(String text, String claim, Set<SceneClass> kinds) {
    Caption {
        kinds = Set.copyOf(kinds);
    }
}
