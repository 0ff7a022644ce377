package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import java.io.IOException;

/** Is told what a file holds, in its order, by {@link RdbFileReader}. What is told may be kept. */
public interface RdbVisitor {
    /**
     * A key and what it holds.
     *
     * @param expireAtMillis {@link io.ratiskv.keyspace.Deadline#NONE} if it never expires
     * @param payload as RESTORE takes it: what the file says, of which only the frame was looked at
     */
    void value(int database, Bytes key, long expireAtMillis, Bytes payload) throws IOException;

    /** The source of a library of functions. */
    void function(Bytes source) throws IOException;

    /**
     * A key that holds something which only a module of Redis knows.
     *
     * @param module the name of the type, such as {@code ReJSON-RL}
     */
    void module(int database, Bytes key, String module) throws IOException;
}
