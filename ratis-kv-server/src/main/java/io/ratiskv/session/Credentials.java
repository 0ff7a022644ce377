package io.ratiskv.session;

import io.ratiskv.api.Bytes;

/** The password that this node was started with: the default user's, beside those of the log. Any thread. */
public interface Credentials {
    /** There is none. */
    Credentials NONE = new Credentials() {
        @Override
        public boolean required() {
            return false;
        }

        @Override
        public boolean accepts(Bytes user, Bytes password) {
            return false;
        }
    };

    /** True when there is one. */
    boolean required();

    /** Compares in a time that tells nothing of the password. */
    boolean accepts(Bytes user, Bytes password);
}
