package dev.millrace.workers.segment.zip;

/** Which fragments are inside things, and which are boundaries between them. */
public sealed interface BoundaryRule {
    /** How surely the fragment is inside a thing, from 0 (a boundary, or inactive) to 1. */
    double weight(Fragment fragment);

    /**
     * As published: inside if more of it than {@code gain} is active and its boundary score is
     * below {@code loss}.
     */
    record Cut(double gain, double loss) implements BoundaryRule {
        @Override
        public double weight(Fragment fragment) {
            return fragment.gain() > gain && fragment.loss() < loss ? 1 : 0;
        }
    }

    /**
     * By degrees: 1 for a square, falling to 0 where the geometric mean of the boundary score and
     * the spread of the edge reaches {@code limit}; 0 if not more than {@code gain} is active.
     */
    record Graded(double gain, double limit) implements BoundaryRule {
        public Graded {
            if (!(limit > 1)) {
                throw new IllegalArgumentException("the limit must be above 1, was " + limit);
            }
        }

        @Override
        public double weight(Fragment fragment) {
            if (fragment.gain() <= gain) {
                return 0;
            }
            double boundary = Math.sqrt(fragment.loss() * fragment.spread());
            return Math.clamp((limit - boundary) / (limit - 1), 0, 1);
        }
    }
}
