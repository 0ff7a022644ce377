package io.ratiskv.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class HashMatchTest {
    @Test
    void it_finds_what_searching_for_each_element_finds_in_the_same_order() {
        for (Words words : Words.ALL) {
            for (long seed = 1; seed <= 30; seed++) compareWithSearch(words, seed);
        }
    }

    private static void compareWithSearch(Words words, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Epoch epoch = new Epoch();
        int sizeMax = words.equals(Words.KEYED_HASH) ? 8_000 : 400;
        int range = 1 + random.nextInt(2 * sizeMax);
        HashTrie<String> one = trie(words, epoch, random, random.nextInt(sizeMax), range);
        HashTrie<String> two = trie(words, epoch, random, random.nextInt(sizeMax) >> random.nextInt(8), range);
        TreeSet<String> inTwo = new TreeSet<>(list(two.iterator()));
        List<String> common = list(one.iterator());
        common.removeIf(element -> !inTwo.contains(element));
        List<String> missing = list(one.iterator());
        missing.removeIf(inTwo::contains);
        String where = "seed " + seed + ", words " + List.of(Words.ALL).indexOf(words);
        assertEquals(common, list(one.alsoIn(two)), where);
        assertEquals(missing, list(one.missingIn(two)), where);
        assertEquals(list(one.iterator()), list(one.alsoIn(one)), where);
        assertFalse(one.missingIn(one).hasNext(), where);
    }

    private static HashTrie<String> trie(Words words, Epoch epoch, SplittableRandom random, int size, int range) {
        HashTrie<String> trie = new HashTrie<>(words, epoch);
        for (int i = 0; i < size; i++) {
            String key = "k" + random.nextInt(range);
            trie.put(words.hash(key), key);
        }
        return trie;
    }

    @Test
    void behind_the_last_there_is_none() {
        HashTrie<String> trie = new HashTrie<>(Words.KEYED_HASH, new Epoch());
        assertThrows(NoSuchElementException.class, () -> trie.alsoIn(trie).next());
    }

    private static List<String> list(Iterator<String> elements) {
        List<String> list = new ArrayList<>();
        elements.forEachRemaining(list::add);
        return list;
    }
}
