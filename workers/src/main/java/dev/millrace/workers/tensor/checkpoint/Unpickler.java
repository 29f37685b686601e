package dev.millrace.workers.tensor.checkpoint;

import dev.millrace.workers.tensor.BadModelException;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pickle of protocol 2 as far as a state dict of tensors needs it; everything else is
 * refused by what it is and where it stands. What is made are {@link Value}s, and nothing is ever
 * called.
 */
final class Unpickler {
    private final Path file;
    private final Reading bytes;
    private final Deque<List<Value>> stacks = new ArrayDeque<>();
    private final Map<Integer, Value> memo = new HashMap<>();
    private List<Value> stack = new ArrayList<>();

    /**
     * @param bytes that begin with a pickle
     */
    Unpickler(Path file, MemorySegment bytes) {
        this.file = file;
        this.bytes = new Reading(file, bytes);
    }

    /** Bytes of the pickle; once it has been run. */
    long length() {
        return bytes.position();
    }

    /** Runs it to its end. */
    Value run() {
        if (bytes.unsigned() != 0x80 || bytes.unsigned() != 2) {
            throw wrong("must be a pickle of protocol 2");
        }
        while (true) {
            long at = bytes.position();
            int instruction = bytes.unsigned();
            if (instruction == '.') {
                return pop();
            }
            step(instruction, at);
        }
    }

    private void step(int instruction, long at) {
        switch (instruction) {
            case '(' -> mark();
            case '}' -> push(new Value.Table());
            case ']' -> push(new Value.Growing(new ArrayList<>()));
            case ')' -> push(new Value.Sequence(List.of()));
            case 't' -> push(new Value.Sequence(popMarked()));
            case 0x85, 0x86, 0x87 -> push(new Value.Sequence(pop(instruction - 0x84)));
            case 'X' -> push(new Value.Text(bytes.text(bytes.unsigned32())));
            case 'J' -> push(new Value.Whole(bytes.signed32()));
            case 'K' -> push(new Value.Whole(bytes.unsigned()));
            case 'M' -> push(new Value.Whole(bytes.unsigned16()));
            case 0x8a -> push(new Value.Whole(bytes.signed(bytes.unsigned())));
            case 'N' -> push(new Value.None());
            case 0x88 -> push(new Value.Flag(true));
            case 0x89 -> push(new Value.Flag(false));
            case 'q' -> memo.put(bytes.unsigned(), top());
            case 'r' -> memo.put(Math.toIntExact(bytes.unsigned32() & 0x7FFFFFFF), top());
            case 'h' -> push(remembered(bytes.unsigned()));
            case 'j' -> push(remembered(Math.toIntExact(bytes.unsigned32() & 0x7FFFFFFF)));
            case 'c' -> push(name(bytes.line() + " " + bytes.line()));
            case 'Q' -> push(storage(sequence(pop())));
            case 'R' -> reduce();
            case 's' -> put(pop(2));
            case 'u' -> put(popMarked());
            case 'a' -> growing().add(pop(1).getFirst());
            case 'e' -> append(popMarked());
            case 'b' -> build();
            default ->
                    throw wrong(
                            "instruction 0x%02x at byte %d has no place in a state dict"
                                    .formatted(instruction, at));
        }
    }

    private void mark() {
        stacks.push(stack);
        stack = new ArrayList<>();
    }

    private List<Value> popMarked() {
        if (stacks.isEmpty()) {
            throw wrong("ends a list that it did not begin");
        }
        var marked = stack;
        stack = stacks.pop();
        return marked;
    }

    private void push(Value value) {
        stack.add(value);
    }

    private Value top() {
        if (stack.isEmpty()) {
            throw wrong("uses a value that it did not make");
        }
        return stack.getLast();
    }

    private Value pop() {
        var value = top();
        stack.removeLast();
        return value;
    }

    private List<Value> pop(int count) {
        var values = new ArrayList<Value>();
        for (int i = 0; i < count; i++) {
            values.addFirst(pop());
        }
        return values;
    }

    private Value remembered(int index) {
        var value = memo.get(index);
        if (value == null) {
            throw wrong("remembers a value that it did not keep");
        }
        return value;
    }

    private Value name(String words) {
        return Arrays.stream(Value.Name.values())
                .filter(name -> name.words.equals(words))
                .findFirst()
                .orElseThrow(() ->
                        wrong(
                                "names '"
                                        + shown(words)
                                        + "', which a state dict of tensors does not"
                                        + " need"));
    }

    private static String shown(String words) {
        return words.length() <= 80 ? words : words.substring(0, 80) + "...";
    }

    /** {@code ('storage', class, key, device, count)}, with a view of none in old files. */
    private Value storage(List<Value> id) {
        boolean hasView = id.size() == 6 && id.get(5) instanceof Value.None;
        if ((id.size() == 5 || hasView)
                && id.get(0).equals(new Value.Text("storage"))
                && id.get(1) instanceof Value.Name type
                && id.get(2) instanceof Value.Text(var key)
                && id.get(4) instanceof Value.Whole(long count)
                && count >= 0) {
            return new Value.Storage(Storages.type(type, this::wrong), key, count);
        }
        throw wrong("refers to something that is no storage");
    }

    private void reduce() {
        var arguments = sequence(pop());
        var called = pop();
        if (called == Value.Name.ORDERED_DICT && arguments.isEmpty()) {
            push(new Value.Table());
        } else if (called == Value.Name.REBUILD_TENSOR) {
            push(tensor(arguments));
        } else {
            throw wrong("calls something that makes no tensor");
        }
    }

    /** {@code (storage, offset, size, stride, requires_grad, hooks)}. */
    private Value tensor(List<Value> arguments) {
        if (arguments.size() == 6
                && arguments.get(0) instanceof Value.Storage storage
                && arguments.get(1) instanceof Value.Whole(long offset)
                && arguments.get(2) instanceof Value.Sequence(var shape)
                && arguments.get(3) instanceof Value.Sequence(var strides)
                && arguments.get(5) instanceof Value.Table(var hooks)
                && hooks.isEmpty()) {
            return new Value.Tensor(storage, offset, numbers(shape), numbers(strides));
        }
        throw wrong("makes a tensor of something else than a storage");
    }

    private List<Long> numbers(List<Value> values) {
        return values.stream().map(this::number).toList();
    }

    private long number(Value value) {
        if (value instanceof Value.Whole(long number)) {
            return number;
        }
        throw wrong("has a dimension that is no number");
    }

    private List<Value> sequence(Value value) {
        if (value instanceof Value.Sequence(var values)) {
            return values;
        }
        throw wrong("needs a tuple where there is none");
    }

    private void put(List<Value> pairs) {
        if (!(top() instanceof Value.Table(var entries)) || pairs.size() % 2 != 0) {
            throw wrong("puts entries into something that is no dictionary");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            if (!(pairs.get(i) instanceof Value.Text(var key))) {
                throw wrong("has a dictionary whose keys are not texts");
            }
            entries.put(key, pairs.get(i + 1));
        }
    }

    private List<Value> growing() {
        if (stack.size() >= 2 && stack.get(stack.size() - 2) instanceof Value.Growing(var values)) {
            return values;
        }
        throw wrong("appends to something that is no list");
    }

    private void append(List<Value> more) {
        if (!(top() instanceof Value.Growing(var values))) {
            throw wrong("appends to something that is no list");
        }
        values.addAll(more);
    }

    /** Attributes of the dictionary: PyTorch's own notes, which say nothing of the tensors. */
    private void build() {
        pop();
        if (!(top() instanceof Value.Table)) {
            throw wrong("gives attributes to something that is no dictionary");
        }
    }

    private BadModelException wrong(String what) {
        return new BadModelException(file, "the checkpoint's pickle " + what);
    }
}
