package io.ratiskv.snapshot;

import java.nio.charset.StandardCharsets;

/**
 * What a snapshot is made of, in this order: the state beside the databases, each database that holds keys, scripts and
 * libraries if there are any, the users unless they are what there is at first, sessions of clients if there were any, the
 * end.
 *
 * <p>The stream begins with {@link #MAGIC}. A section is a run of chunks, each with a header of {@value #HEADER_BYTES}
 * bytes, big-endian: section (1 byte), whether it is the section's last chunk (1), length of the payload (4, at most
 * {@value #CHUNK_BYTES_MAX}), CRC32C of what stands before it in the header and of the payload (4). So damage is found
 * before it is believed. Sections and fields are append-only; a stream that means something else has another magic.
 */
enum Section {
    STATE(0),
    DATABASE(1),
    END(2),
    SCRIPTS(3),
    USERS(4),
    SESSIONS(5);

    static final byte[] MAGIC = "RATISKV1".getBytes(StandardCharsets.US_ASCII);
    static final int HEADER_BYTES = 10;
    static final int CHUNK_BYTES_MAX = 1 << 16;

    /** The version of the fields of all sections. */
    static final int FORMAT = 1;

    private final int code;

    Section(int code) {
        this.code = code;
    }

    /** What stands for the section in the stream. */
    int code() {
        return code;
    }

    /** @throws IllegalArgumentException if no section has this code */
    static Section of(int code) {
        for (Section section : values()) {
            if (section.code == code) {
                return section;
            }
        }
        throw new IllegalArgumentException("section " + code + " is unknown");
    }
}
