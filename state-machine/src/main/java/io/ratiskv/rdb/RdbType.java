package io.ratiskv.rdb;

import org.jspecify.annotations.Nullable;

/** What kind of value a payload holds, and in what form. */
enum RdbType {
    STRING(0),
    LIST(1),
    SET(2),
    /** With scores as text. */
    SORTED_SET_OF_TEXTS(3),
    HASH(4),
    SORTED_SET(5),
    HASH_ZIPMAP(9),
    LIST_ZIPLIST(10),
    SET_INTSET(11),
    SORTED_SET_ZIPLIST(12),
    HASH_ZIPLIST(13),
    LIST_OF_ZIPLISTS(14),
    /** Before Redis 7.0. */
    STREAM_WITHOUT_COUNTS(15),
    HASH_LISTPACK(16),
    SORTED_SET_LISTPACK(17),
    LIST_OF_LISTPACKS(18),
    STREAM_BEFORE_72(19),
    SET_LISTPACK(20),
    STREAM(21),
    HASH_WITH_DEADLINES(24),
    HASH_LISTPACK_WITH_DEADLINES(25);

    private final int code;

    RdbType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Null if there is none here of this code. */
    static @Nullable RdbType of(int code) {
        for (RdbType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }
}
