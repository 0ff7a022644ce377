package io.ratiskv.transcript;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import java.io.IOException;

/** Something that answers requests, which transcripts are run on. Confined to one thread. */
public interface Subject extends AutoCloseable {
    /** What the exclusions of sections call it: {@code library}, {@code server} or {@code redis}. */
    String kind();

    /** Whether {@link #call} heeds its time; else sections that set the clock are left out. */
    boolean keepsClock();

    /** Empties all databases; the connection is as a new one. */
    void begin() throws IOException;

    /** Sends a request and waits for its reply, in the terms of the connection's RESP version. */
    Reply call(long atMillis, Bytes[] words) throws IOException;

    @Override
    void close() throws IOException;
}
