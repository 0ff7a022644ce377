package io.ratiskv.command;

import java.util.List;

/**
 * The first key, the last and the step between: how clients located keys before there were key specifications.
 * Immutable; any thread.
 *
 * @param first 0 when there is none
 * @param last below 0 counted from the end
 * @param complete whether these are all keys there can be
 */
record KeyRange(int first, int last, int step, boolean complete) {
    static final KeyRange NONE = new KeyRange(0, 0, 0, true);

    static KeyRange of(List<KeySpec> specs) {
        KeyRange range = NONE;
        for (KeySpec spec : specs) {
            range = range.with(spec, specs.size() == 1);
        }
        return range;
    }

    private KeyRange with(KeySpec spec, boolean alone) {
        if (spec.begin() instanceof KeySpec.Index index && spec.find() instanceof KeySpec.Range range) {
            int position = index.position();
            boolean joins = alone || range.step() == 1 && (first == 0 || last == position - 1);
            if (joins) {
                int end = range.last() < 0 ? range.last() : position + range.last();
                return new KeyRange(first == 0 ? position : first, end, range.step(), complete);
            }
        }
        return new KeyRange(first, last, step, false);
    }
}
