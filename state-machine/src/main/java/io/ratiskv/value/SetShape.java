package io.ratiskv.value;

/** How a set is kept. */
public enum SetShape {
    INTEGERS("intset"),
    COMPACT("listpack"),
    TRIE("hashtable");

    private final String encoding;

    SetShape(String encoding) {
        this.encoding = encoding;
    }

    /** In OBJECT ENCODING's words. */
    String encoding() {
        return encoding;
    }
}
