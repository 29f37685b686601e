package dev.millrace.workers.tensor.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Checkpoints written by hand, byte by byte, as nobody's {@code torch.save} would. */
final class Forged {
    /** Asks the operating system to run a command. */
    static final String SYSTEM = "\u0080\u0002cposix\nsystem\n" + text("touch forged") + "\u0085R.";

    private Forged() {}

    static String text(String text) {
        return "X" + number(text.length()) + text;
    }

    private static String number(int number) {
        return new String(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array(),
                ISO_8859_1);
    }

    /** A state dict of one tensor "w" that is a view of storage "0". */
    static String tensor(int stored, int offset, int rows, int columns, int stride) {
        return "\u0080\u0002}"
                + text("w")
                + "ctorch._utils\n_rebuild_tensor_v2\n(("
                + text("storage")
                + "ctorch\nFloatStorage\n"
                + text("0")
                + text("cpu")
                + "J"
                + number(stored)
                + "tQJ"
                + number(offset)
                + "J"
                + number(rows)
                + "J"
                + number(columns)
                + "\u0086J"
                + number(stride)
                + "K\u0001\u0086\u0089ccollections\nOrderedDict\n)RtRs.";
    }

    static Path zip(Path file, String program, Map<String, byte[]> storages, int method)
            throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, "archive/data.pkl", program.getBytes(ISO_8859_1), ZipEntry.STORED);
            for (var storage : storages.entrySet()) {
                entry(zip, "archive/data/" + storage.getKey(), storage.getValue(), method);
            }
        }
        return file;
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes, int method)
            throws IOException {
        var entry = new ZipEntry(name);
        entry.setMethod(method);
        entry.setSize(bytes.length);
        if (method == ZipEntry.STORED) {
            var sum = new CRC32();
            sum.update(bytes);
            entry.setCrc(sum.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** In the older format, with one storage of floats. */
    static Path old(Path file, String program, long count, byte[] elements) throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e"));
        bytes.writeBytes("\u0080\u0002M\u00e9\u0003.".getBytes(ISO_8859_1));
        bytes.writeBytes(
                ("\u0080\u0002}" + text("little_endian") + "\u0088s.").getBytes(ISO_8859_1));
        bytes.writeBytes(program.getBytes(ISO_8859_1));
        bytes.writeBytes(("\u0080\u0002](" + text("0") + "e.").getBytes(ISO_8859_1));
        bytes.writeBytes(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(count).array());
        bytes.writeBytes(elements);
        Files.write(file, bytes.toByteArray());
        return file;
    }
}
