package dev.millrace.protocol;

import java.util.regex.Pattern;

/** A model's registered id, which names its topics: 1 to 64 characters of a-z, 0-9 and '-'. */
public record ModelId(String name) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9-]{1,64}");

    public ModelId {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "a model id must be 1..64 characters of a-z, 0-9 and '-', was '" + name + "'");
        }
    }

    public static boolean isValid(String name) {
        return SHAPE.matcher(name).matches();
    }

    @Override
    public String toString() {
        return name;
    }
}
