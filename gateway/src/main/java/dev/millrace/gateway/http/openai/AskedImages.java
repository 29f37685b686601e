package dev.millrace.gateway.http.openai;

import dev.millrace.gateway.http.body.Pictures;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.PictureParameters;

/**
 * A checked request for pictures.
 *
 * @param stream whether pictures come as events
 * @param partials most previews of a picture that are streamed
 * @param tokens that a picture is made of
 */
record AskedImages(
        Submission submission,
        PictureParameters parameters,
        boolean stream,
        int partials,
        int tokens) {
    String size() {
        return Pictures.words(parameters.side());
    }
}
