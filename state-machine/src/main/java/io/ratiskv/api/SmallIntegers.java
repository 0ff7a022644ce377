package io.ratiskv.api;

/** The integer replies that are sent again and again. */
final class SmallIntegers {
    static final Reply[] CACHE = new Reply[1024];

    static {
        for (int i = 0; i < CACHE.length; i++) {
            CACHE[i] = new Reply.Int(i);
        }
    }

    private SmallIntegers() {}
}
