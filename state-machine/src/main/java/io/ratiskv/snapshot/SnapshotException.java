package io.ratiskv.snapshot;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bytes are not a whole and unharmed snapshot of a format known here. */
public final class SnapshotException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String section;
    private final long offset;

    SnapshotException(String what, String section, long offset, @Nullable Throwable cause) {
        super(what + ", in section " + section + " at byte " + offset, cause);
        this.section = section;
        this.offset = offset;
    }

    /** The section in which reading stopped. */
    public String section() {
        return section;
    }

    /** How many bytes of the stream were read before. */
    public long offset() {
        return offset;
    }
}
