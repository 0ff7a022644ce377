package io.ratiskv.lab;

/** A node did not do what it must when a fault struck it. */
final class Violation extends Exception {
    private static final long serialVersionUID = 1;

    Violation(String what) {
        super(what);
    }
}
