package io.ratiskv.lua;

/** The pointer to nothing that JSON's null becomes, since a table cannot hold nil. */
final class Null {
    static final Null NULL = new Null();

    private Null() {}
}
