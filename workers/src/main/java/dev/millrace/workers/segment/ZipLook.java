package dev.millrace.workers.segment;

import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.zip.Clustering;
import dev.millrace.workers.segment.zip.Features;
import dev.millrace.workers.segment.zip.Zip;

import java.util.List;
import java.util.Optional;

/** Zip's look at a picture: a step for each network that sees it, and one for the clusters. */
final class ZipLook implements Look {
    private final ZipFinder finder;
    private final Picture picture;
    private Stage stage = new Begun();

    /** What has been made of the picture so far. */
    private sealed interface Stage {}

    private record Begun() implements Stage {}

    private record Featured(Features features) implements Stage {}

    private record Clustered(List<Clustering> clusterings) implements Stage {}

    @SuppressWarnings("ArrayRecordComponent") // CLIP's, handed over
    private record Classified(List<Clustering> clusterings, float[] tokens) implements Stage {}

    ZipLook(ZipFinder finder, Picture picture) {
        this.finder = finder;
        this.picture = picture;
    }

    @Override
    public Optional<ZipScene> step() {
        return switch (stage) {
            case Begun _ -> reach(new Featured(finder.features(picture)));
            case Featured(var features) ->
                    reach(new Clustered(new Zip(finder.recipe().zip()).cluster(features)));
            case Clustered(var clusterings) ->
                    reach(new Classified(clusterings, finder.tokens(picture)));
            case Classified(var clusterings, var tokens) ->
                    Optional.of(
                            new ZipScene(finder, tokens, clusterings, finder.sam().embed(picture)));
        };
    }

    private Optional<ZipScene> reach(Stage next) {
        stage = next;
        return Optional.empty();
    }
}
