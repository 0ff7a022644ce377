package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows the key in SORT and SORT_RO. Confined to the request. */
final class SortOptions {
    private boolean descending;
    private boolean alpha;
    private long offset;
    /** Below 0: all. */
    private long count = -1;

    private @Nullable ElementPattern by;
    private boolean asItIs;
    private final List<ElementPattern> gets = new ArrayList<>();
    private @Nullable Bytes target;
    private final boolean scripted;

    private SortOptions(boolean scripted) {
        this.scripted = scripted;
    }

    /** Reads all words that are left. */
    static SortOptions parse(Call call, boolean mayStore) {
        SortOptions options = new SortOptions(call.isScripted());
        while (call.hasMore()) {
            if (!options.take(call) && !(mayStore && options.takeTarget(call))) {
                throw CommandException.syntax();
            }
        }
        return options;
    }

    private boolean take(Call call) {
        if (call.accept("ASC")) {
            descending = false;
        } else if (call.accept("DESC")) {
            descending = true;
        } else if (call.accept("ALPHA")) {
            alpha = true;
        } else if (call.remaining() > 2 && call.accept("LIMIT")) {
            offset = call.takeLong();
            count = call.takeLong();
        } else if (call.acceptWithValue("BY")) {
            by = new ElementPattern(call.take());
            if (!by.isConstant()) {
                requireAllKeys(call, "BY");
            }
            // Said once, it stays, whatever pattern follows.
            asItIs |= by.isConstant();
        } else if (call.acceptWithValue("GET")) {
            requireAllKeys(call, "GET");
            gets.add(new ElementPattern(call.take()));
        } else {
            return false;
        }
        return true;
    }

    /** Which keys a pattern finds nobody knows before. */
    private static void requireAllKeys(Call call, String option) {
        if (!call.mayReadAllKeys()) {
            throw new CommandException("ERR " + option + " option of SORT denied due to insufficient ACL permissions.");
        }
    }

    private boolean takeTarget(Call call) {
        boolean taken = call.acceptWithValue("STORE");
        if (taken) {
            target = call.take();
        }
        return taken;
    }

    /** What has no order gets one before it is stored, or seen by a script: that of its bytes. */
    void sortAnyway() {
        if (asItIs && (target != null || scripted)) {
            asItIs = false;
            alpha = true;
            by = null;
        }
    }

    boolean descending() {
        return descending;
    }

    /** Whether the order is that of bytes, not of numbers. */
    boolean alpha() {
        return alpha;
    }

    /** What the order is by, null for the elements themselves. */
    @Nullable
    ElementPattern by() {
        return by;
    }

    /** Whether the elements stay in the order they have. */
    boolean asItIs() {
        return asItIs;
    }

    /** Which of so many elements, once in order, are asked for. */
    IndexRange page(int size) {
        int from = Math.clamp(offset, 0, size);
        int left = size - from;
        return new IndexRange(from, from + (count < 0 ? left : (int) Math.min(count, left)));
    }

    /** What is told of each element; nothing: the element. */
    List<ElementPattern> gets() {
        return gets;
    }

    /** Where the result is to be put, null if it is the reply. */
    @Nullable
    Bytes target() {
        return target;
    }
}
