package io.ratiskv.cli.migration;

import org.jspecify.annotations.Nullable;

/**
 * How an import goes about it. Immutable; any thread.
 *
 * @param database the only one that is imported; null for all
 * @param replaces whether a key that is there already is replaced, else it is an error
 * @param skipsModules whether keys of modules are left out, else they are an error
 */
public record Options(@Nullable Integer database, boolean replaces, boolean skipsModules) {
    boolean takes(int number) {
        return database == null || database == number;
    }
}
