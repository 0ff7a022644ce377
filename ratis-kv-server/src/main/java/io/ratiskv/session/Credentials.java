package io.ratiskv.session;

import io.ratiskv.api.Bytes;

/** Who may use this node. Event loop only. */
public interface Credentials {
    /** No password is asked for. */
    Credentials NONE = new Credentials() {
        @Override
        public boolean required() {
            return false;
        }

        @Override
        public boolean accepts(Bytes user, Bytes password) {
            return user.equals(io.ratiskv.api.Request.DEFAULT_USER);
        }
    };

    /** True when a client must authenticate before anything else. */
    boolean required();

    /** Compares in a time that tells nothing of the password. */
    boolean accepts(Bytes user, Bytes password);
}
