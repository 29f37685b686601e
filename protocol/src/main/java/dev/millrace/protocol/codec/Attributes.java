package dev.millrace.protocol.codec;

/** The extension attributes of a CloudEvent. */
@FunctionalInterface
public interface Attributes {
    Attributes NONE = _ -> "";

    /** The value of that name; empty if it is not there. */
    String value(String name);
}
