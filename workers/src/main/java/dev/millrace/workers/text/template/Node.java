package dev.millrace.workers.text.template;

import java.util.List;

/** What a template does. */
sealed interface Node {
    record Data(String text) implements Node {}

    record Print(Expression value) implements Node {}

    record If(List<Branch> branches, List<Node> otherwise) implements Node {}

    record Branch(Expression condition, List<Node> body) {}

    /** {@code targets} has several names where each element is unpacked. */
    record For(
            List<String> targets,
            Expression in,
            Expression condition,
            List<Node> body,
            List<Node> otherwise)
            implements Node {}

    record Set(String name, Expression value) implements Node {}

    record SetAttribute(String namespace, String name, Expression value) implements Node {}

    /** The text its body prints becomes the value. */
    record SetBlock(String name, List<Node> body) implements Node {}
}
