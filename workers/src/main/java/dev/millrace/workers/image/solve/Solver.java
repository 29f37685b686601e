package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;

/** Solves for the tokens of one block that the inversion has entered. */
public sealed interface Solver permits Sequential, Jacobi, GaussSeidelJacobi, Window {
    /** Returns whether it was allowed to finish. */
    boolean solve(Inversion inversion, Witness witness);
}
