package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** {@code table}. Stateless. */
final class TableLibrary {
    private TableLibrary() {}

    static void install(Libraries libraries) {
        LuaTable table = libraries.library("table");
        libraries.function(table, "concat", TableLibrary::concat);
        libraries.function(table, "foreach", TableLibrary::forEach);
        libraries.function(table, "foreachi", TableLibrary::forEachElement);
        libraries.function(
                table, "getn", args -> args.give(Double.valueOf(args.table(0).length())));
        libraries.function(table, "insert", TableLibrary::insert);
        libraries.function(table, "maxn", TableLibrary::greatestKey);
        libraries.function(table, "remove", TableLibrary::remove);
        libraries.function(table, "setn", TableLibrary::setLength);
        libraries.function(table, "sort", TableLibrary::sort);
    }

    private static int concat(Args args) {
        LuaTable table = args.table(0);
        LuaString separator = args.stringOrNull(1);
        int from = args.integer(2, 1);
        int to = args.isNil(3) ? table.length() : args.integer(3);
        Buffer joined = new Buffer(args.lua().meter());
        for (long i = from; i <= to; i++) {
            args.lua().meter().spend(2);
            Object element = table.get((double) i);
            if (element instanceof LuaString string) {
                joined.put(string);
            } else if (element instanceof Double number) {
                args.lua().meter().spend(Lua.NUMBER_STEPS);
                joined.put(NumberText.of(number));
            } else {
                throw new LuaError(
                        "invalid value (" + Lua.typeName(element) + ") at index " + i + " in table for 'concat'");
            }
            if (i < to && separator != null) {
                joined.put(separator);
            }
        }
        return args.give(joined.toLuaString());
    }

    private static int forEach(Args args) {
        LuaTable table = args.table(0);
        LuaFunction visitor = args.function(1);
        int at = table.nextPosition(0);
        while (at != 0) {
            Object key = table.keyAt(at);
            Object result = args.lua().callForOne(visitor, key, table.valueAt(at));
            if (result != null) {
                return args.give(result);
            }
            int behind = table.positionOf(key);
            if (behind < 0) {
                throw LuaError.ofOperator("invalid key to 'next'");
            }
            at = table.nextPosition(behind);
            args.lua().meter().spend(Math.max(at - behind, 0) >> 3);
        }
        return args.none();
    }

    private static int forEachElement(Args args) {
        LuaTable table = args.table(0);
        LuaFunction visitor = args.function(1);
        int length = table.length();
        for (int i = 1; i <= length; i++) {
            Object result = args.lua().callForOne(visitor, Double.valueOf(i), table.get(i));
            if (result != null) {
                return args.give(result);
            }
        }
        return args.none();
    }

    private static int insert(Args args) {
        LuaTable table = args.table(0);
        int end = table.length() + 1;
        BaseLibrary.requireWritable(table);
        switch (args.count()) {
            case 2 -> table.set(end, args.at(1));
            case 3 -> {
                int position = args.integer(1);
                end = Math.max(end, position);
                args.lua().meter().spend((long) end - position);
                for (int i = end; i > position; i--) {
                    table.set(i, table.get(i - 1));
                }
                table.set(position, args.at(2));
            }
            default -> throw new LuaError("wrong number of arguments to 'insert'");
        }
        return args.none();
    }

    private static int remove(Args args) {
        LuaTable table = args.table(0);
        int end = table.length();
        int position = args.integer(1, end);
        if (position < 1 || position > end) {
            return args.none();
        }
        BaseLibrary.requireWritable(table);
        Object removed = table.get(position);
        args.lua().meter().spend(end - position);
        for (int i = position; i < end; i++) {
            table.set(i, table.get(i + 1));
        }
        table.set(end, null);
        return args.give(removed);
    }

    private static int greatestKey(Args args) {
        LuaTable table = args.table(0);
        args.lua().meter().spend(table.positions());
        double greatest = 0;
        for (int at = table.nextPosition(0); at != 0; at = table.nextPosition(at)) {
            if (table.keyAt(at) instanceof Double key) {
                greatest = Math.max(greatest, key);
            }
        }
        return args.give(greatest);
    }

    private static int setLength(Args args) {
        args.table(0);
        throw new LuaError("'setn' is obsolete");
    }

    // --- sorting ------------------------------------------------------------------------------------------------

    private static int sort(Args args) {
        LuaTable table = args.table(0);
        int length = table.length();
        LuaFunction order = args.isNil(1) ? null : args.function(1);
        BaseLibrary.requireWritable(table);
        new Sort(args.lua(), table, order).sort(1, length);
        return args.none();
    }

    /** Quicksort with the median of three, as Lua 5.1 does it, so that an inconsistent order is told in the same way. */
    private record Sort(Lua lua, LuaTable table, @Nullable LuaFunction order) {
        void sort(int from, int to) {
            int low = from;
            int high = to;
            while (low < high) {
                orderPair(low, high);
                if (high - low == 1) {
                    return;
                }
                int middle = (low + high) >>> 1;
                if (before(table.get(middle), table.get(low))) {
                    swap(middle, low);
                } else {
                    orderPair(middle, high);
                }
                if (high - low == 2) {
                    return;
                }
                Object pivot = table.get(middle);
                swap(middle, high - 1);
                int split = partition(low, high, pivot);
                // The smaller part by recursion, so that its depth is the logarithm of the length.
                if (split - low < high - split) {
                    sort(low, split - 1);
                    low = split + 1;
                } else {
                    sort(split + 1, high);
                    high = split - 1;
                }
            }
        }

        private int partition(int low, int high, @Nullable Object pivot) {
            int i = low;
            int j = high - 1;
            while (true) {
                while (before(table.get(++i), pivot)) {
                    if (i >= high) {
                        throw new LuaError("invalid order function for sorting");
                    }
                }
                while (before(pivot, table.get(--j))) {
                    if (j <= low) {
                        throw new LuaError("invalid order function for sorting");
                    }
                }
                if (j < i) {
                    swap(high - 1, i);
                    return i;
                }
                swap(i, j);
            }
        }

        private void orderPair(int low, int high) {
            if (before(table.get(high), table.get(low))) {
                swap(low, high);
            }
        }

        private void swap(int i, int j) {
            Object kept = table.get(i);
            table.set(i, table.get(j));
            table.set(j, kept);
        }

        private boolean before(@Nullable Object x, @Nullable Object y) {
            lua.meter().spend(2);
            return order == null ? lua.operations.less(x, y) : Lua.isTrue(lua.callForOne(order, x, y));
        }
    }
}
