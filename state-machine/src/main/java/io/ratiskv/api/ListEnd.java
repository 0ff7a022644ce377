package io.ratiskv.api;

/** An end of a list. */
public enum ListEnd {
    /** Redis' left: index 0. */
    HEAD,
    /** Redis' right. */
    TAIL
}
