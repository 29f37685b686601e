package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Node.Branch;
import dev.millrace.workers.text.template.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a whole template: text, prints and the statements if, for and set. */
final class Parser {
    private static final int DEEPEST = 32;

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int depth;

    private Parser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /**
     * @throws UnsupportedTemplateException naming what is wrong or not supported
     */
    static List<Node> parse(String source) {
        var parser = new Parser(new Tokens(Lexer.tokens(source)));
        var nodes = parser.body(Set.of());
        if (!parser.tokens.isNext(Kind.END)) {
            throw parser.tokens.unexpected("the end of the template");
        }
        return nodes;
    }

    /** Reads up to a block that begins with one of these names; its name is the next token then. */
    private List<Node> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw tokens.refused("blocks are nested deeper than " + DEEPEST);
        }
        var nodes = new ArrayList<Node>();
        while (!tokens.isNext(Kind.END)) {
            var token = tokens.next();
            if (token.kind() == Kind.DATA) {
                nodes.add(new Node.Data(token.text()));
            } else if (token.kind() == Kind.PRINT_BEGIN) {
                nodes.add(new Node.Print(expressions.whole()));
                tokens.expect(Kind.PRINT_END, "'}}'");
            } else if (ends.contains(tokens.peek().text())) {
                break;
            } else {
                nodes.add(statement(token.line()));
            }
        }
        depth--;
        return List.copyOf(nodes);
    }

    private Node statement(int line) {
        var name = tokens.expectName();
        return switch (name) {
            case "if" -> conditional();
            case "for" -> loop();
            case "set" -> assignment();
            default ->
                    throw new UnsupportedTemplateException(
                            line, "tag '" + name + "' is not supported");
        };
    }

    private Node conditional() {
        var branches = new ArrayList<Branch>();
        branches.add(branch());
        while (tokens.acceptName("elif")) {
            branches.add(branch());
        }
        var otherwise = otherwise("endif");
        return new Node.If(List.copyOf(branches), otherwise);
    }

    private Branch branch() {
        var condition = expressions.whole();
        endBlock();
        return new Branch(condition, body(Set.of("elif", "else", "endif")));
    }

    private Node loop() {
        var targets = targets();
        if (!tokens.acceptName("in")) {
            throw tokens.unexpected("'in'");
        }
        var in = expressions.wholeWithoutCondition();
        var condition =
                tokens.acceptName("if")
                        ? expressions.whole()
                        : new Expression.Literal(Value.Bool.TRUE);
        endBlock();
        var body = body(Set.of("else", "endfor"));
        return new Node.For(targets, in, condition, body, otherwise("endfor"));
    }

    private List<String> targets() {
        var targets = new ArrayList<>(List.of(tokens.expectName()));
        while (tokens.acceptOperator(",")) {
            targets.add(tokens.expectName());
        }
        return List.copyOf(targets);
    }

    /** Reads an else, if there is one, and the end. */
    private List<Node> otherwise(String end) {
        List<Node> otherwise = List.of();
        if (tokens.acceptName("else")) {
            endBlock();
            otherwise = body(Set.of(end));
        }
        end(end);
        return otherwise;
    }

    private Node assignment() {
        var name = tokens.expectName();
        if (tokens.acceptOperator(".")) {
            var attribute = tokens.expectName();
            return new Node.SetAttribute(name, attribute, assigned());
        }
        if (!tokens.isNext(Kind.BLOCK_END)) {
            return new Node.Set(name, assigned());
        }
        endBlock();
        var body = body(Set.of("endset"));
        end("endset");
        return new Node.SetBlock(name, body);
    }

    private Expression assigned() {
        tokens.expectOperator("=");
        var value = expressions.whole();
        endBlock();
        return value;
    }

    private void end(String name) {
        if (!tokens.acceptName(name)) {
            throw tokens.unexpected("'" + name + "'");
        }
        endBlock();
    }

    private void endBlock() {
        tokens.expect(Kind.BLOCK_END, "'%}'");
    }
}
