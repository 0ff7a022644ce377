package io.ratiskv.keyspace;

import io.ratiskv.api.Bytes;
import io.ratiskv.value.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * One database: the handles through which its keys are read and changed. Confined to whoever holds the state's lock.
 *
 * <p>A key whose deadline is not after the log's time is absent to all methods. Returned bytes are never written
 * again. Methods that change something throw {@link IllegalStateException} while a read is evaluated.
 */
public interface Keyspace {
    /** 0 to 15. */
    int database();

    boolean exists(Bytes key);

    /** Null if there is no such key. */
    @Nullable
    ValueType type(Bytes key);

    /** {@link Deadline#ABSENT}, {@link Deadline#NONE} or the log time from which on the key is gone. */
    long deadline(Bytes key);

    /** The request that changed the key last, 0 if there is no such key. */
    long version(Bytes key);

    /** The shape of the value, in OBJECT ENCODING's words; null if there is no such key. */
    @Nullable
    String encoding(Bytes key);

    /** What the key counts in the memory account, in bytes; -1 if there is no such key. */
    long memoryUsage(Bytes key);

    /** False if there was no such key. */
    boolean remove(Bytes key);

    /** Sets the deadline; one that is not after the log's time removes the key. False if there is no such key. */
    boolean expireAt(Bytes key, long expireAtMillis);

    /** False if there is no such key or it has no deadline. */
    boolean persist(Bytes key);

    /**
     * {@code target} takes over what {@code key} holds and its deadline; renaming a key to itself changes nothing.
     *
     * @return false if there is no {@code key}
     */
    boolean rename(Bytes key, Bytes target);

    /** Puts a copy, with the deadline, over whatever {@code target} holds. False if there is no {@code key}. */
    boolean copy(Bytes key, Keyspace targetKeyspace, Bytes target);

    /** False if there is no {@code key} here or there is one in the other database. */
    boolean move(Bytes key, Keyspace targetKeyspace);

    /** The value of a string, null if there is no such key. @throws io.ratiskv.api.CommandException WRONGTYPE */
    @Nullable
    Bytes string(Bytes key);

    /** Length of a string in bytes, 0 if there is no such key. @throws io.ratiskv.api.CommandException WRONGTYPE */
    long stringLength(Bytes key);

    /**
     * Puts a string over whatever the key holds. A deadline that is not after the log's time leaves the key absent.
     *
     * @param expireAtMillis a log time, {@link Deadline#NONE} or {@link Deadline#KEEP}
     */
    void put(Bytes key, Bytes value, long expireAtMillis);

    /** Appends to a string, keeping its deadline; an absent one is empty. Its length afterwards. */
    long append(Bytes key, Bytes tail);

    /** Writes into a string from {@code offset}, filling a gap with zero bytes. Its length afterwards. */
    long putRange(Bytes key, int offset, Bytes patch);

    /**
     * Adds to the integer a string holds, 0 if there is none; keeps the deadline.
     *
     * @return the sum
     * @throws io.ratiskv.api.CommandException if it holds no integer or the sum exceeds 64 bits
     */
    long increment(Bytes key, long amount);

    /** Puts the sum that the caller made of the string's decimal number and {@code amount}; keeps the deadline. */
    void incrementByDecimal(Bytes key, Bytes amount, Bytes result);

    /** The hash at {@code key}. @throws io.ratiskv.api.CommandException WRONGTYPE */
    HashHandle hash(Bytes key);

    /** How many keys there are at the log's time. */
    long size();

    /** A key drawn evenly with {@code luck}, null if there is none. */
    @Nullable
    Bytes randomKey(long luck);

    /** All keys at the log's time, in the order of {@link #scan}. */
    void forEachKey(KeyVisitor visitor);

    /**
     * The keys behind {@code cursor}, about {@code count} of them, at the log's time.
     *
     * @param cursor 0 to begin, else what the call before returned
     * @return 0 when all were told
     */
    long scan(long cursor, int count, KeyVisitor visitor);

    /** Removes all keys. */
    void flush();
}
