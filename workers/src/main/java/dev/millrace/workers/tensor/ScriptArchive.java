package dev.millrace.workers.tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The file that {@code torch.jit.save} would write for a module {@code M} with these methods and no
 * state: a zip of stored entries (torch/csrc/jit/serialization/export_module.cpp).
 *
 * <p>Version 10 is the operator schemas' version: with a smaller one libtorch would run today's
 * text under yesterday's meanings (division, gelu).
 */
final class ScriptArchive {
    private static final String MODULE =
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private ScriptArchive() {}

    static byte[] of(String methods) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "m/data.pkl", instanceOfM());
            put(
                    zip,
                    "m/code/__torch__.py",
                    (MODULE + methods.indent(2)).getBytes(StandardCharsets.UTF_8));
            put(zip, "m/constants.pkl", EMPTY_TUPLE);
            put(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The pickle of {@code __torch__.M} with {@code training = False}. */
    private static byte[] instanceOfM() {
        var pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2}); // protocol 2
        pickle.writeBytes(ascii("c__torch__\nM\n)")); // the class, no arguments
        pickle.write(0x81); // a new instance
        pickle.writeBytes(ascii("}(X"));
        pickle.writeBytes(new byte[] {8, 0, 0, 0});
        pickle.writeBytes(ascii("training"));
        pickle.write(0x89); // false
        pickle.writeBytes(ascii("ub."));
        return pickle.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        var checksum = new CRC32();
        checksum.update(bytes);
        var entry = new ZipEntry(name);
        entry.setSize(bytes.length);
        entry.setCompressedSize(bytes.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
