package io.ratiskv.collect;

/**
 * The present of one state: what was created in it may be changed in place, what is older is copied first.
 * Shared by all structures of the state and confined, like them, to its owner.
 *
 * <p>An epoch is named by the identity of a token, so that a node pays one reference for it and no counter
 * can ever wrap.
 */
public final class Epoch {
    private Token current = new Token();

    /** Names one epoch by its identity. */
    public static final class Token {
        private Token() {}
    }

    /** Returns the token to put into whatever is created now. */
    public Token current() {
        return current;
    }

    /** Returns whether something that carries {@code token} was created in the current epoch. */
    public boolean owns(Token token) {
        return token == current;
    }

    /** Begins a new epoch: everything created up to now is never changed again. */
    public void raise() {
        current = new Token();
    }
}
