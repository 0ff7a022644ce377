package io.ratiskv.rdb;

import java.io.IOException;

/** Where a value in a file ends, of which nothing is said but by its own bytes. Stateless; any thread. */
final class RdbValues {
    private static final int ID_BYTES = 16;

    private RdbValues() {}

    /** Reads from behind the key to the end. */
    static void skip(RdbType type, RdbFileInput in) throws IOException {
        switch (type) {
            case STRING,
                    LIST_ZIPLIST,
                    SET_INTSET,
                    SET_LISTPACK,
                    HASH_ZIPMAP,
                    HASH_ZIPLIST,
                    HASH_LISTPACK,
                    SORTED_SET_ZIPLIST,
                    SORTED_SET_LISTPACK -> in.skipString();
            case LIST, SET, LIST_OF_ZIPLISTS -> skipStrings(in, in.length());
            case HASH -> skipEach(in, in.length(), each -> skipStrings(each, 2));
            case HASH_LISTPACK_WITH_DEADLINES -> {
                in.take(Long.BYTES);
                in.skipString();
            }
            case HASH_WITH_DEADLINES -> {
                in.take(Long.BYTES);
                skipEach(in, in.length(), each -> {
                    each.length();
                    skipStrings(each, 2);
                });
            }
            case LIST_OF_LISTPACKS ->
                skipEach(in, in.length(), each -> {
                    each.length();
                    each.skipString();
                });
            case SORTED_SET ->
                skipEach(in, in.length(), each -> {
                    each.skipString();
                    each.take(Double.BYTES);
                });
            case SORTED_SET_OF_TEXTS ->
                skipEach(in, in.length(), each -> {
                    each.skipString();
                    int length = each.oneByte();
                    each.take(length < RdbPayload.TEXT_NAN ? length : 0);
                });
            case STREAM_WITHOUT_COUNTS, STREAM_BEFORE_72, STREAM -> skipStream(type, in);
        }
    }

    /** One of several of the same form. */
    @FunctionalInterface
    private interface Each {
        void skip(RdbFileInput in) throws IOException;
    }

    private static void skipEach(RdbFileInput in, long count, Each each) throws IOException {
        for (long left = count; left != 0; left--) {
            each.skip(in);
        }
    }

    private static void skipStrings(RdbFileInput in, long count) throws IOException {
        skipEach(in, count, RdbFileInput::skipString);
    }

    /** {@link StreamPayload} says what there is. */
    private static void skipStream(RdbType type, RdbFileInput in) throws IOException {
        boolean counts = type != RdbType.STREAM_WITHOUT_COUNTS;
        skipEach(in, in.length(), node -> skipStrings(node, 2));
        skipEach(in, counts ? 8 : 3, RdbFileInput::length);
        skipEach(in, in.length(), group -> {
            group.skipString();
            skipEach(group, counts ? 3 : 2, RdbFileInput::length);
            skipEach(group, group.length(), pending -> {
                pending.take(ID_BYTES + Long.BYTES);
                pending.length();
            });
            skipEach(group, group.length(), consumer -> {
                consumer.skipString();
                consumer.take(type == RdbType.STREAM ? 2 * Long.BYTES : Long.BYTES);
                skipEach(consumer, consumer.length(), id -> id.take(ID_BYTES));
            });
        });
    }
}
