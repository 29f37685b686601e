package dev.millrace.gateway.http.body;

import com.fasterxml.jackson.databind.JsonNode;

/** As much of a client's value as a message may repeat. */
final class Shown {
    private static final int MOST = 40;

    private Shown() {}

    static String value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "an object";
            case ARRAY -> "an array";
            case MISSING -> "empty";
            case STRING -> '"' + clipped(node.textValue()) + '"';
            case BINARY, BOOLEAN, NULL, NUMBER -> clipped(node.asText());
        };
    }

    static String name(String name) {
        return clipped(name);
    }

    private static String clipped(String text) {
        return text.length() <= MOST ? text : text.substring(0, MOST) + "...";
    }
}
