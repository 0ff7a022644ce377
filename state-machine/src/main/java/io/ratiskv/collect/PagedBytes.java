package io.ratiskv.collect;

import io.ratiskv.api.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that are changed in place, with epoch copy-on-write: a change copies the page it meets, unless the page is of
 * the present epoch. Confined to the owner of its epoch; as part of something frozen, read by any thread.
 *
 * <p>Two levels of arrays lead to the pages, so that a copy costs a few kilobytes however long the bytes are. A page
 * that was never written, and the end of one, is zero and takes no room.
 */
public final class PagedBytes implements Pages {
    /** How many pages hang at one branch. */
    private static final int FANOUT = 256;

    private static final int BRANCH_PAGES_MIN = 4;

    /** An array of a page is a multiple of it, so that bytes appended one by one copy a page a few times, not each time. */
    private static final int GROWTH_BYTES = PAGE_BYTES / 8;

    private static final byte[] ZEROS = new byte[PAGE_BYTES];

    private final Epoch epoch;
    private final Epoch.Token owner;
    /** Null where no page is. Written only while the epoch is the owner's. */
    private @Nullable Branch[] branches;
    /** Beyond it all bytes of all pages are zero. */
    private int length;

    private record Page(Epoch.Token owner, byte[] bytes) {}

    private record Branch(Epoch.Token owner, @Nullable Page[] pages) {}

    /** No bytes yet; changes copy what is older than {@code epoch}. */
    public PagedBytes(Epoch epoch) {
        this(epoch, new Branch[0], 0);
    }

    private PagedBytes(Epoch epoch, @Nullable Branch[] branches, int length) {
        this.epoch = epoch;
        this.owner = epoch.current();
        this.branches = branches;
        this.length = length;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public Bytes page(int index) {
        byte[] bytes = find(index);
        return Bytes.wrap(bytes, 0, Math.min(bytes.length, pageLength(index)));
    }

    @Override
    public byte at(int index) {
        if (index >= length) {
            return 0;
        }
        byte[] page = find(index / PAGE_BYTES);
        int inPage = index % PAGE_BYTES;
        return inPage < page.length ? page[inPage] : 0;
    }

    /** A copy: pages are written again. */
    @Override
    public Bytes slice(int from, int count) {
        return Bytes.wrap(copy(from, count));
    }

    private byte[] find(int index) {
        int inBranch = index % FANOUT;
        Branch branch = branches[index / FANOUT];
        if (branch == null || inBranch >= branch.pages.length) {
            return Bytes.EMPTY.array();
        }
        Page page = branch.pages[inBranch];
        return page == null ? Bytes.EMPTY.array() : page.bytes;
    }

    /** Makes them at least so long, by zero bytes at the end. */
    public void grow(int lengthMin) {
        if (lengthMin <= length) {
            return;
        }
        length = lengthMin;
        int branchesMin = Math.ceilDiv(pageCount(), FANOUT);
        if (branchesMin > branches.length) {
            branches = Arrays.copyOf(branches, branchesMin);
        }
    }

    /** Writes bytes at {@code offset}, which may lie beyond the end. */
    public void write(int offset, Bytes bytes) {
        grow(Math.addExact(offset, bytes.length()));
        int done = 0;
        while (done < bytes.length()) {
            int at = offset + done;
            int inPage = at % PAGE_BYTES;
            int step = Math.min(PAGE_BYTES - inPage, bytes.length() - done);
            writeInPage(at / PAGE_BYTES, inPage, bytes.slice(done, step));
            done += step;
        }
    }

    private void writeInPage(int index, int inPage, Bytes bytes) {
        int written = find(index).length;
        if (inPage >= written && isZero(bytes)) {
            return;
        }
        bytes.copyTo(pageToWrite(index, inPage + bytes.length()), inPage);
    }

    private static boolean isZero(Bytes bytes) {
        int from = bytes.offset();
        return Arrays.equals(bytes.array(), from, from + bytes.length(), ZEROS, 0, bytes.length());
    }

    private byte[] pageToWrite(int index, int bytesMin) {
        @Nullable Page[] pages = branchToWrite(index / FANOUT, index % FANOUT + 1).pages;
        Page page = pages[index % FANOUT];
        if (page != null && epoch.owns(page.owner) && page.bytes.length >= bytesMin) {
            return page.bytes;
        }
        byte[] old = page == null ? Bytes.EMPTY.array() : page.bytes;
        int room = Math.ceilDiv(Math.max(bytesMin, old.length), GROWTH_BYTES) * GROWTH_BYTES;
        byte[] fresh = Arrays.copyOf(old, room);
        pages[index % FANOUT] = new Page(epoch.current(), fresh);
        return fresh;
    }

    private Branch branchToWrite(int index, int pagesMin) {
        Branch branch = branches[index];
        if (branch != null && epoch.owns(branch.owner) && branch.pages.length >= pagesMin) {
            return branch;
        }
        int old = branch == null ? 0 : branch.pages.length;
        int room = Math.max(old, Math.max(BRANCH_PAGES_MIN, roundedUp(pagesMin)));
        @Nullable Page[] pages = branch == null ? new Page[room] : Arrays.copyOf(branch.pages, room);
        Branch fresh = new Branch(epoch.current(), pages);
        branches[index] = fresh;
        return fresh;
    }

    /** To a power of two. */
    private static int roundedUp(int count) {
        return count == 1 ? 1 : Integer.highestOneBit(count - 1) << 1;
    }

    /**
     * Returns these bytes if they were created in the current epoch, else new ones with the same content, to be
     * written in their stead: these then stay as they are for those who hold them as part of something frozen.
     */
    public PagedBytes writable() {
        return epoch.owns(owner) ? this : new PagedBytes(epoch, branches.clone(), length);
    }
}
