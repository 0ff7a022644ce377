package io.ratiskv.api;

/** What BITOP makes of the bits at the same place of several strings: of the first, and of the others. */
public enum BitOperation {
    /** Set in all. */
    AND,
    /** Set in one or more. */
    OR,
    /** Set in an odd number of them. */
    XOR,
    /** Not set in the only one. */
    NOT,
    /** Set in the first and in no other. */
    DIFF,
    /** Not set in the first, but in one or more others. */
    DIFF1,
    /** Set in the first and in one or more others. */
    ANDOR,
    /** Set in exactly one. */
    ONE
}
