package io.ratiskv.value;

/** What becomes of the scores that one member has in several sets. */
public enum Joining {
    SUM {
        @Override
        double join(double present, double other) {
            double sum = present + other;
            // Infinities of both signs add up to nothing.
            return Double.isNaN(sum) ? 0 : sum;
        }
    },
    LEAST {
        @Override
        double join(double present, double other) {
            return other < present ? other : present;
        }
    },
    GREATEST {
        @Override
        double join(double present, double other) {
            return other > present ? other : present;
        }
    };

    abstract double join(double present, double other);
}
