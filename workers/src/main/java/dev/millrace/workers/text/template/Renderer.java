package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Builtin.Run;
import dev.millrace.workers.text.template.Value.Mapping;
import dev.millrace.workers.text.template.Value.Namespace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/** Carries a template out, once. */
final class Renderer {
    private final Run run;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();

    Renderer(Run run) {
        this.run = run;
        this.evaluator = new Evaluator(run);
    }

    String render(List<Node> nodes, Scope scope) {
        nodes.forEach(node -> render(node, scope));
        return out.toString();
    }

    private void render(Node node, Scope scope) {
        run.budget().step();
        switch (node) {
            case Node.Data(var text) -> print(text);
            case Node.Print(var value) ->
                    print(PythonText.of(evaluator.value(value, scope), run.budget()));
            case Node.If choice -> choose(choice, scope);
            case Node.For loop -> loop(loop, scope);
            case Node.Set(var name, var value) -> scope.set(name, evaluator.value(value, scope));
            case Node.SetAttribute set -> setAttribute(set, scope);
            case Node.SetBlock(var name, var body) -> scope.set(name, printed(body, scope));
        }
    }

    private void print(String text) {
        run.budget().spend(text.length());
        out.append(text);
    }

    private void choose(Node.If choice, Scope scope) {
        for (var branch : choice.branches()) {
            if (evaluator.isTrue(branch.condition(), scope)) {
                branch.body().forEach(node -> render(node, scope));
                return;
            }
        }
        choice.otherwise().forEach(node -> render(node, scope));
    }

    private void loop(Node.For loop, Scope scope) {
        var items = items(loop, scope);
        if (items.isEmpty()) {
            loop.otherwise().forEach(node -> render(node, scope));
        }
        for (int at = 0; at < items.size(); at++) {
            var turn = scope.inner();
            assign(loop.targets(), items.get(at), turn);
            turn.set("loop", place(items, at));
            loop.body().forEach(node -> render(node, turn));
        }
    }

    private List<Value> items(Node.For loop, Scope scope) {
        var items = new ArrayList<Value>();
        for (var item : evaluator.value(loop.in(), scope).elements()) {
            var turn = scope.inner();
            assign(loop.targets(), item, turn);
            if (evaluator.isTrue(loop.condition(), turn)) {
                items.add(item);
            }
        }
        return items;
    }

    private static void assign(List<String> targets, Value item, Scope scope) {
        if (targets.size() == 1) {
            scope.set(targets.getFirst(), item);
            return;
        }
        var parts = item.elements();
        if (parts.size() != targets.size()) {
            throw new RenderException(
                    "%d values for %d names".formatted(parts.size(), targets.size()));
        }
        for (int at = 0; at < parts.size(); at++) {
            scope.set(targets.get(at), parts.get(at));
        }
    }

    private static Value place(List<Value> items, int at) {
        int count = items.size();
        var place = new LinkedHashMap<String, Value>();
        place.put("index", Value.of(at + 1));
        place.put("index0", Value.of(at));
        place.put("revindex", Value.of(count - at));
        place.put("revindex0", Value.of(count - at - 1));
        place.put("first", Value.of(at == 0));
        place.put("last", Value.of(at == count - 1));
        place.put("length", Value.of(count));
        if (at > 0) {
            place.put("previtem", items.get(at - 1));
        }
        if (at < count - 1) {
            place.put("nextitem", items.get(at + 1));
        }
        return new Mapping(place);
    }

    private void setAttribute(Node.SetAttribute set, Scope scope) {
        if (!(scope.value(set.namespace()) instanceof Namespace(var entries))) {
            throw new RenderException(set.namespace() + " is not a namespace");
        }
        entries.put(set.name(), evaluator.value(set.value(), scope));
    }

    private Value printed(List<Node> body, Scope scope) {
        var around = out;
        out = new StringBuilder();
        body.forEach(node -> render(node, scope));
        var printed = Value.of(out.toString());
        out = around;
        return printed;
    }
}
