package io.ratiskv.value;

import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.Epoch;
import io.ratiskv.collect.KeyedHash;

/**
 * Up to where a collection is kept compact, and what it needs beyond that. Immutable.
 *
 * @param epoch of the state that the collections belong to
 * @param hash of members
 * @param fields how a trie reads the fields of a hash
 * @param members how a trie reads the members of a set
 * @param scored how a trie reads the members of a sorted set
 * @param limits replicated configuration
 */
public record Shapes(
        Epoch epoch,
        KeyedHash hash,
        ElementKeys<byte[]> fields,
        ElementKeys<byte[]> members,
        ElementKeys<byte[]> scored,
        Limits limits) {
    public Shapes(Epoch epoch, KeyedHash hash, Limits limits) {
        this(epoch, hash, new FieldKeys(hash), new MemberKeys(hash), new ScoredMember.Keys(hash), limits);
    }
}
