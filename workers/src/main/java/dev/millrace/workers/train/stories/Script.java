package dev.millrace.workers.train.stories;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Loads TorchScript that is written here as text: a stored zip of the source and a pickle of an object without state. */
final class Script {
    private static final String HEADER =
            "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

    private Script() {}

    static PtSymbolBlock load(NDManager manager, String methods) {
        try {
            var archive = new ByteArrayInputStream(archive(HEADER + methods));
            return JniUtils.loadModule((PtNDManager) manager, archive, true, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] archive(String source) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "m/data.pkl", "\u0080\2c__torch__\nM\n)\u0081}(X\10\0\0\0training\u0089ub.");
            put(zip, "m/code/__torch__.py", source);
            put(zip, "m/constants.pkl", "\u0080\2).");
            put(zip, "m/version", "10\n");
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, String content) throws IOException {
        var bytes = content.getBytes(StandardCharsets.ISO_8859_1);
        var checksum = new CRC32();
        checksum.update(bytes);
        var entry = new ZipEntry(name);
        entry.setSize(bytes.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
