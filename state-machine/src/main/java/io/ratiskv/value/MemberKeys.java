package io.ratiskv.value;

import io.ratiskv.collect.ElementKeys;
import io.ratiskv.collect.KeyedHash;
import java.util.Arrays;

/** How a hash trie reads elements that are nothing but their keys. Immutable; any thread. */
record MemberKeys(KeyedHash hash) implements ElementKeys<byte[]> {
    @Override
    public long hash(byte[] member) {
        return hash.hash(member, 0, member.length);
    }

    @Override
    public boolean matches(byte[] member, byte[] key, int offset, int length) {
        return member.length == length && Arrays.equals(member, 0, length, key, offset, offset + length);
    }

    @Override
    public int compare(byte[] left, byte[] right) {
        return Arrays.compareUnsigned(left, right);
    }
}
