package io.ratiskv.benchmarks;

import io.ratiskv.api.Bytes;

/** Words of requests, each in an array of its own, as they come from a socket. Any thread. */
final class Words {
    private Words() {}

    /** The template with a number in place of its last digits. */
    static Bytes numbered(byte[] template, long number) {
        byte[] name = template.clone();
        long rest = number;
        for (int i = name.length - 1; rest > 0; i--) {
            name[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return Bytes.wrap(name);
    }
}
