package dev.millrace.protocol.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Goes everywhere, breadth first, so that the first broken state is one of those nearest to the
 * start.
 */
final class Explorer {
    private final Moves moves;
    private final Map<World, Integer> numbers = new HashMap<>();
    private final List<World> worlds = new ArrayList<>();
    private final IntList parents = new IntList();
    private int steps;
    private final IntList froms = new IntList();
    private final IntList tos = new IntList();

    Explorer(Rules rules, Bounds bounds) {
        this.moves = new Moves(rules, bounds);
        number(World.start(bounds), -1);
    }

    int states() {
        return worlds.size();
    }

    int steps() {
        return steps;
    }

    /** Goes on until something is broken or everything is seen. */
    Finding explore() {
        for (int from = 0; from < worlds.size(); from++) {
            var world = worlds.get(from);
            if (!world.broken().isEmpty()) {
                return new Finding.Broken(world.broken(), trace(from));
            }
            for (var step : moves.possible(world)) {
                int to = number(moves.take(world, step), from);
                steps++;
                if (step.isOwed()) {
                    froms.add(from);
                    tos.add(to);
                }
            }
        }
        return hopeless();
    }

    private int number(World world, int parent) {
        var known = numbers.putIfAbsent(world, worlds.size());
        if (known != null) {
            return known;
        }
        worlds.add(world);
        parents.add(parent);
        return worlds.size() - 1;
    }

    /** Looks for a state from which what is owed does not lead to a terminal event. */
    private Finding hopeless() {
        var canEnd = new boolean[worlds.size()];
        var open = new ArrayDeque<Integer>();
        for (int i = 0; i < canEnd.length; i++) {
            if (worlds.get(i).log().hasEnded()) {
                canEnd[i] = true;
                open.add(i);
            }
        }
        var incoming = Incoming.of(froms, tos, worlds.size());
        while (!open.isEmpty()) {
            for (int from : incoming.into(open.remove())) {
                if (!canEnd[from]) {
                    canEnd[from] = true;
                    open.add(from);
                }
            }
        }
        for (int i = 0; i < canEnd.length; i++) {
            if (!canEnd[i]) {
                return new Finding.Broken(Set.of(Invariant.END), trace(i));
            }
        }
        return new Finding.Holds();
    }

    private List<Step> trace(int last) {
        var steps = new ArrayList<Step>();
        for (int at = last; parents.at(at) >= 0; at = parents.at(at)) {
            steps.add(stepBetween(worlds.get(parents.at(at)), worlds.get(at)));
        }
        Collections.reverse(steps);
        return steps;
    }

    private Step stepBetween(World before, World after) {
        return moves.possible(before).stream()
                .filter(step -> moves.take(before, step).equals(after))
                .findFirst()
                .orElseThrow();
    }
}
