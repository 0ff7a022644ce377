package io.ratiskv.lua;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A table: an array for the integers from 1 on, and entries in the order in which their keys came. Confined to its
 * interpreter.
 *
 * <p>When the array grows is decided as Lua 5.1 does (R. Ierusalimschy et al., "The Implementation of Lua 5.0", 2005,
 * section 4): to the largest n with more than half of 1…n in use, and only when a new key finds no room among the
 * entries. So {@code #t} of a table with holes is mostly what it is there. An entry whose value became nil stays, for
 * traversals that are under way, until the next growth.
 */
public final class LuaTable {
    private static final @Nullable Object[] NOTHING = {};
    private static final int[] NO_INDEX = {};
    /** So many entries are searched one by one. */
    private static final int UNINDEXED = 8;
    /** A key further from its place in the index than this costs a step for each one beyond. */
    private static final int FREE_PROBES = 16;

    private static final int HASHED_BYTES_PER_STEP = 8;
    private static final int ARRAY_BITS_MAX = 26;

    final int id;
    /** Null for the tables that all runs share. */
    private final @Nullable Meter meter;

    private @Nullable Object[] array = NOTHING;
    private @Nullable Object[] keys = NOTHING;
    private @Nullable Object[] values = NOTHING;
    private int used;
    /** Open addressing: the entry's number plus one. Empty while there are few entries. */
    private int[] index = NO_INDEX;

    private @Nullable LuaTable metatable;
    private boolean readOnly;
    /** The number of the last census that met it. */
    int seen;

    LuaTable(int id, @Nullable Meter meter) {
        this.id = id;
        this.meter = meter;
        if (meter != null) {
            meter.allocate(Sizes.TABLE);
        }
    }

    LuaTable(int id, @Nullable Meter meter, int elements, int entries) {
        this(id, meter);
        if (elements > 0) {
            resizeArray(elements);
        }
        if (entries > 0) {
            setCapacity(ceilingPowerOfTwo(entries));
        }
    }

    public @Nullable LuaTable metatable() {
        return metatable;
    }

    public void setMetatable(@Nullable LuaTable table) {
        metatable = table;
    }

    /** Whether scripts are refused to change it. */
    public boolean isReadOnly() {
        return readOnly;
    }

    public void setReadOnly(boolean refuses) {
        readOnly = refuses;
    }

    boolean isShared() {
        return meter == null;
    }

    /** What it counts. */
    long size() {
        return Sizes.table(array.length, keys.length);
    }

    /** Null for nil. */
    public @Nullable Object get(@Nullable Object key) {
        if (key instanceof LuaString string) {
            return get(string);
        }
        if (key instanceof Double number) {
            return get(number.doubleValue());
        }
        if (key == null) {
            return null;
        }
        int at = find(key);
        return at < 0 ? null : values[at];
    }

    public @Nullable Object get(LuaString key) {
        int at = find(key);
        return at < 0 ? null : values[at];
    }

    @Nullable
    Object get(double key) {
        int position = (int) key;
        if (position == key) {
            return get(position);
        }
        int at = find(key);
        return at < 0 ? null : values[at];
    }

    public @Nullable Object get(int key) {
        if (key > 0 && key <= array.length) {
            return array[key - 1];
        }
        int at = find((double) key);
        return at < 0 ? null : values[at];
    }

    /**
     * The key must be neither nil nor NaN.
     *
     * @param value null for nil
     */
    public void set(Object key, @Nullable Object value) {
        if (key instanceof Double number) {
            set(number.doubleValue(), value);
        } else {
            put(key, value);
        }
    }

    void set(double key, @Nullable Object value) {
        int position = (int) key;
        if (position == key) {
            set(position, value);
        } else {
            put(Double.valueOf(key), value);
        }
    }

    public void set(int key, @Nullable Object value) {
        if (key > 0 && key <= array.length) {
            array[key - 1] = value;
            return;
        }
        put(Double.valueOf(key), value);
    }

    private void put(Object key, @Nullable Object value) {
        int at = find(key);
        if (at >= 0) {
            values[at] = value;
        } else if (value != null) {
            add(key, value);
        }
    }

    private void add(Object key, Object value) {
        if (used == keys.length) {
            rehash(key);
            // It may belong to the array now.
            set(key, value);
            return;
        }
        keys[used] = key;
        values[used] = value;
        used++;
        if (index.length > 0) {
            enter(key, used);
        }
    }

    /** A border: n with t[n] not nil and t[n + 1] nil, or 0. */
    public int length() {
        int high = array.length;
        if (high > 0 && array[high - 1] == null) {
            int low = 0;
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (array[middle - 1] == null) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return low;
        }
        return used == 0 ? high : borderBehind(high);
    }

    private int borderBehind(int from) {
        int low = from;
        int high = from + 1;
        while (get(high) != null) {
            low = high;
            if (high > Integer.MAX_VALUE / 2) {
                break;
            }
            high *= 2;
        }
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (get(middle) == null) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    // --- traversal ----------------------------------------------------------------------------------------------

    /** Where the key stands in a traversal: 0 for nil, -1 for one that is not there. */
    int positionOf(@Nullable Object key) {
        if (key == null) {
            return 0;
        }
        if (key instanceof Double number) {
            int position = (int) number.doubleValue();
            if (position == number && position > 0 && position <= array.length) {
                return position;
            }
        }
        int at = find(key);
        return at < 0 ? -1 : array.length + at + 1;
    }

    /** The position of the first key behind {@code position} that has a value; 0 if there is none. */
    int nextPosition(int position) {
        int at = position;
        for (; at < array.length; at++) {
            if (array[at] != null) {
                return at + 1;
            }
        }
        int entry = at - array.length;
        for (; entry < used; entry++) {
            if (values[entry] != null) {
                return array.length + entry + 1;
            }
        }
        return 0;
    }

    Object keyAt(int position) {
        return position <= array.length ? Double.valueOf(position) : keys[position - array.length - 1];
    }

    @Nullable
    Object valueAt(int position) {
        return position <= array.length ? array[position - 1] : values[position - array.length - 1];
    }

    /** Tells keys and values, in order; the visitor changes nothing. */
    public void forEach(java.util.function.BiConsumer<Object, @Nullable Object> visitor) {
        spend(positions() >> 3);
        for (int at = nextPosition(0); at != 0; at = nextPosition(at)) {
            visitor.accept(keyAt(at), valueAt(at));
        }
    }

    /** How many positions there are, with a value or not: a bound of what a traversal takes. */
    int positions() {
        return array.length + used;
    }

    // --- entries ------------------------------------------------------------------------------------------------

    private int find(double key) {
        if (used == 0) {
            return -1;
        }
        return find(Double.valueOf(key));
    }

    @SuppressWarnings("ReferenceEquality") // the same object is the usual case; what is equal otherwise comes behind it
    private int find(Object key) {
        if (index.length == 0) {
            for (int i = 0; i < used; i++) {
                if (keys[i] == key) {
                    return i;
                }
            }
            // Booleans, functions and the like are equal to themselves alone.
            if (key instanceof LuaString || key instanceof Double) {
                chargeHash(key);
                for (int i = 0; i < used; i++) {
                    if (isEqual(keys[i], key)) {
                        return i;
                    }
                }
            }
            return -1;
        }
        chargeHash(key);
        int mask = index.length - 1;
        int home = hash(key) & mask;
        for (int probe = home, distance = 0; ; probe = (probe + 1) & mask, distance++) {
            int entry = index[probe];
            if (entry == 0) {
                return -1;
            }
            Object found = keys[entry - 1];
            if (found == key || isEqual(found, key)) {
                return entry - 1;
            }
            if (distance > FREE_PROBES) {
                spend(1);
            }
        }
    }

    private void chargeHash(Object key) {
        if (key instanceof LuaString string && string.needsLongHash()) {
            spend(string.length() / HASHED_BYTES_PER_STEP);
        }
    }

    /** Long strings of the same hash are compared at a price. */
    private boolean isEqual(@Nullable Object found, Object key) {
        if (found instanceof LuaString one && key instanceof LuaString other) {
            if (one.hashCode() != other.hashCode()) {
                return false;
            }
            if (one.isLong()) {
                spend(one.length() / Meter.BYTES_PER_STEP);
            }
        }
        return key.equals(found);
    }

    private void enter(Object key, int entry) {
        int mask = index.length - 1;
        int probe = hash(key) & mask;
        for (int distance = 0; index[probe] != 0; probe = (probe + 1) & mask, distance++) {
            if (distance > FREE_PROBES) {
                spend(1);
            }
        }
        index[probe] = entry;
    }

    private static int hash(Object key) {
        int hash = switch (key) {
            case LuaString string -> string.hashCode();
            case Double number -> Double.hashCode(number);
            case Boolean bool -> bool ? 1 : 2;
            case LuaTable table -> table.id;
            case LuaFunction function -> function.id;
            case Coroutine coroutine -> coroutine.id;
            case Proxy proxy -> proxy.id;
            default -> 3;
        };
        return hash * 0x9e3779b9 >>> 7;
    }

    // --- growth -------------------------------------------------------------------------------------------------

    /** Makes room for a key that is new. */
    private void rehash(Object key) {
        int[] inSlice = new int[ARRAY_BITS_MAX + 1];
        int inArray = countArray(inSlice);
        int total = inArray + 1;
        int integers = inArray + count(key, inSlice);
        for (int i = 0; i < used; i++) {
            if (values[i] != null) {
                integers += count(keys[i], inSlice);
                total++;
            }
        }
        spend(array.length + used);

        int size = 0;
        int moved = 0;
        int sum = 0;
        for (int bits = 0, limit = 1; bits <= ARRAY_BITS_MAX && limit / 2 < integers; bits++, limit *= 2) {
            sum += inSlice[bits];
            if (sum > limit / 2) {
                size = limit;
                moved = sum;
            }
        }
        resize(size, total - moved);
    }

    /** Of a key that may go into the array 1, counted in its slice (2^(i-1), 2^i]. */
    private static int count(@Nullable Object key, int[] inSlice) {
        if (!(key instanceof Double number)) {
            return 0;
        }
        int position = (int) number.doubleValue();
        if (position != number || position <= 0 || position > 1 << ARRAY_BITS_MAX) {
            return 0;
        }
        inSlice[32 - Integer.numberOfLeadingZeros(position - 1)]++;
        return 1;
    }

    private int countArray(int[] inSlice) {
        int count = 0;
        for (int i = 0; i < array.length; i++) {
            if (array[i] != null) {
                inSlice[32 - Integer.numberOfLeadingZeros(i)]++;
                count++;
            }
        }
        return count;
    }

    private void resize(int elements, int entries) {
        @Nullable Object[] oldArray = array;
        @Nullable Object[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        int oldUsed = used;
        long before = size();
        int capacity = entries == 0 ? 0 : ceilingPowerOfTwo(entries);
        charge(Sizes.table(elements, capacity) - before);

        array = Arrays.copyOf(oldArray, elements);
        keys = capacity == 0 ? NOTHING : new Object[capacity];
        values = capacity == 0 ? NOTHING : new Object[capacity];
        index = capacity > UNINDEXED ? new int[2 * capacity] : NO_INDEX;
        used = 0;
        for (int i = elements; i < oldArray.length; i++) {
            if (oldArray[i] != null) {
                put(Double.valueOf(i + 1), oldArray[i]);
            }
        }
        for (int i = 0; i < oldUsed; i++) {
            if (oldValues[i] != null) {
                set(oldKeys[i], oldValues[i]);
            }
        }
    }

    private void setCapacity(int capacity) {
        charge(Sizes.table(array.length, capacity) - size());
        keys = new Object[capacity];
        values = new Object[capacity];
        index = capacity > UNINDEXED ? new int[2 * capacity] : NO_INDEX;
    }

    /** Room for {@code elements}, for those that a constructor lists. */
    void resizeArray(int elements) {
        if (elements > array.length) {
            charge(Sizes.table(elements, keys.length) - size());
            int from = array.length;
            array = Arrays.copyOf(array, elements);
            // Elements that had come before their time, as entries.
            for (int i = from; used > 0 && i < elements; i++) {
                int at = find((double) i + 1);
                if (at >= 0) {
                    array[i] = values[at];
                    values[at] = null;
                }
            }
        }
    }

    private void charge(long bytes) {
        if (meter != null && bytes > 0) {
            meter.allocate(bytes);
        }
    }

    private void spend(long steps) {
        if (meter != null) {
            meter.spend(steps);
        }
    }

    private static int ceilingPowerOfTwo(int number) {
        return number <= 1 ? 1 : Integer.highestOneBit(number - 1) << 1;
    }
}
