package io.ratiskv.api;

/** The types a key can have, as TYPE names them. */
public enum ValueType {
    STRING("string", 0),
    HASH("hash", 1),
    LIST("list", 2),
    SET("set", 3),
    SORTED_SET("zset", 4),
    STREAM("stream", 5);

    private final String word;
    private final int code;

    ValueType(String word, int code) {
        this.word = word;
        this.code = code;
    }

    /** The type's name as Redis answers it. */
    public String word() {
        return word;
    }

    /** What stands for the type in snapshots and digests: never changed, never given twice. */
    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException if no type has this code */
    public static ValueType of(int code) {
        for (ValueType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("type " + code + " is unknown");
    }
}
