package io.ratiskv.value;

/** The types a key can have, as TYPE names them. The order is part of snapshots and digests: append only. */
public enum ValueType {
    STRING("string"),
    HASH("hash");

    private final String word;

    ValueType(String word) {
        this.word = word;
    }

    /** The type's name as Redis answers it. */
    public String word() {
        return word;
    }
}
