package io.ratiskv.cli;

/** How a call ended, as its exit code says it to a script. Ordered from good to bad. */
enum Verdict {
    OK(0),
    /** The server understood and said no; nothing was changed. */
    REFUSED(1),
    /** The command line itself is wrong; nothing was sent. */
    USAGE(2),
    /** Nothing happened and never will: no node took the request. */
    UNAVAILABLE(3),
    /** The request may have been done, once. */
    UNKNOWN(4);

    private final int exitCode;

    Verdict(int exitCode) {
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }

    Verdict worse(Verdict other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** What an answer's status says, for a request that only reads or that may write. */
    static Verdict ofStatus(int status, boolean reads) {
        if (status >= 200 && status < 300) return OK;
        if (status == 429 || status == 503) return UNAVAILABLE;
        if (status < 500) return REFUSED;
        return reads ? UNAVAILABLE : UNKNOWN;
    }
}
