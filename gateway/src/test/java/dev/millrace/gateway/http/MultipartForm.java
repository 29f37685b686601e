package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** A form as browsers send it. */
final class MultipartForm {
    private static final String BOUNDARY = "between-the-parts";
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    MultipartForm field(String name, String value) {
        return part("form-data; name=\"" + name + '"', value.getBytes(UTF_8));
    }

    MultipartForm file(String name, String file, byte[] content) {
        return part(
                "form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: image/png"
                        .formatted(name, file),
                content);
    }

    private MultipartForm part(String disposition, byte[] content) {
        bytes.writeBytes(
                "--%s\r\nContent-Disposition: %s\r\n\r\n"
                        .formatted(BOUNDARY, disposition)
                        .getBytes(UTF_8));
        bytes.writeBytes(content);
        bytes.writeBytes("\r\n".getBytes(UTF_8));
        return this;
    }

    String contentType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }

    byte[] bytes() {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(bytes.toByteArray());
        whole.writeBytes("--%s--\r\n".formatted(BOUNDARY).getBytes(UTF_8));
        return whole.toByteArray();
    }
}
