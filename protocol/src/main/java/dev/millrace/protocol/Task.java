package dev.millrace.protocol;

import java.util.List;

/** What is asked of a model; one record per kind of worker. */
public sealed interface Task {
    String kind();

    /** Continue a text, or answer in a chat. */
    record Text(Prompt prompt, TextParameters parameters) implements Task {
        public static final String KIND = "text";

        @Override
        public String kind() {
            return KIND;
        }
    }

    /** Make pictures. */
    record Picture(PictureParameters parameters) implements Task {
        public static final String KIND = "image";

        @Override
        public String kind() {
            return KIND;
        }
    }

    /** Find things in a picture. */
    record Segmentation(PictureFile picture, SegmentationParameters parameters) implements Task {
        public static final String KIND = "segment";

        @Override
        public String kind() {
            return KIND;
        }
    }

    /** What a text model starts from. */
    sealed interface Prompt {}

    record Plain(String text) implements Prompt {}

    record Chat(List<Message> messages) implements Prompt {
        public Chat {
            messages = List.copyOf(messages);
            if (messages.isEmpty()) {
                throw new IllegalArgumentException(
                        "messages must hold at least one message, held none");
            }
        }
    }

    record Message(String role, String content) {}
}
