package dev.millrace.workers.text.template;

import dev.millrace.workers.text.template.Token.Kind;

import java.util.List;

/** The tokens of a template, read one by one; the last is {@link Kind#END} and stays. */
final class Tokens {
    private final List<Token> tokens;
    private int at;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        var token = peek();
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    int line() {
        return peek().line();
    }

    boolean isNext(Kind kind) {
        return peek().kind() == kind;
    }

    boolean isNextOperator(String operator) {
        return peek().is(Kind.OPERATOR, operator);
    }

    boolean isNextName(String name) {
        return peek().is(Kind.NAME, name);
    }

    /** Whether the token after the next one is this name. */
    boolean isSecondName(String name) {
        return at + 1 < tokens.size() && tokens.get(at + 1).is(Kind.NAME, name);
    }

    boolean acceptOperator(String operator) {
        boolean found = isNextOperator(operator);
        at += found ? 1 : 0;
        return found;
    }

    boolean acceptName(String name) {
        boolean found = isNextName(name);
        at += found ? 1 : 0;
        return found;
    }

    void expectOperator(String operator) {
        if (!acceptOperator(operator)) {
            throw unexpected("'" + operator + "'");
        }
    }

    String expectName() {
        return expect(Kind.NAME, "a name").text();
    }

    Token expect(Kind kind, String what) {
        if (!isNext(kind)) {
            throw unexpected(what);
        }
        return next();
    }

    UnsupportedTemplateException unexpected(String expected) {
        return refused("expected " + expected + ", found " + peek().shown());
    }

    UnsupportedTemplateException refused(String problem) {
        return new UnsupportedTemplateException(line(), problem);
    }
}
