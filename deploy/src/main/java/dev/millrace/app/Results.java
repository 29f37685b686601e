package dev.millrace.app;

import java.util.Locale;

/** Figures in lines that scripts read. */
final class Results {
    private Results() {}

    static void say(String name, double value) {
        System.out.printf(Locale.ROOT, "RESULT %s=%.4f%n", name, value);
    }
}
