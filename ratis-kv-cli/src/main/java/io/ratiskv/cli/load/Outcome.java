package io.ratiskv.cli.load;

/** What became of one operation. */
public enum Outcome {
    OK,
    /** The server said no. */
    REFUSED,
    /** Nothing happened and never will. */
    UNAVAILABLE,
    /** It may have been done. */
    UNKNOWN;

    /** What an error's code, its first word, says. */
    public static Outcome ofError(String code) {
        return switch (code) {
            case "CLUSTERDOWN",
                    "TRYAGAIN",
                    "LOADING",
                    "OVERLOADED",
                    "READONLY",
                    "MOVED",
                    "MASTERDOWN",
                    "BUSY",
                    "OOM",
                    "MISCONF" -> UNAVAILABLE;
            case "UNKNOWN" -> UNKNOWN;
            default -> REFUSED;
        };
    }

    /** What an HTTP status says. */
    static Outcome ofStatus(int status) {
        if (status >= 200 && status < 300) return OK;
        if (status == 429 || status == 503) return UNAVAILABLE;
        return status < 500 ? REFUSED : UNKNOWN;
    }
}
