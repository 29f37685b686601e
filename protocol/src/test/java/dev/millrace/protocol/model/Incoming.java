package dev.millrace.protocol.model;

import java.util.Arrays;

/** The edges of a graph by the node they lead to. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Incoming(int[] starts, int[] froms) {
    static Incoming of(IntList froms, IntList tos, int nodes) {
        var starts = new int[nodes + 1];
        for (int edge = 0; edge < tos.size(); edge++) {
            starts[tos.at(edge) + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        var free = Arrays.copyOf(starts, nodes);
        var sorted = new int[tos.size()];
        for (int edge = 0; edge < tos.size(); edge++) {
            sorted[free[tos.at(edge)]++] = froms.at(edge);
        }
        return new Incoming(starts, sorted);
    }

    int[] into(int node) {
        return Arrays.copyOfRange(froms, starts[node], starts[node + 1]);
    }
}
