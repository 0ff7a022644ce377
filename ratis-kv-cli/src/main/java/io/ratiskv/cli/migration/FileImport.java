package io.ratiskv.cli.migration;

import io.ratiskv.api.Bytes;
import io.ratiskv.rdb.RdbFileReader;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Consumer;

/** Loads what a file of Redis holds: an RDB file, commands, or both in turn, as its append-only file. Confined to one thread. */
public final class FileImport {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAGIC_BYTES = 9;

    private FileImport() {}

    /**
     * Loads everything, and returns when the cluster has done it.
     *
     * @param progress is told, every now and then, what was done
     * @throws ImportException when it ends before
     * @throws IOException when the source can not be read
     */
    public static Tally load(InputStream source, Servers cluster, Options options, Consumer<Tally> progress)
            throws IOException {
        Tally tally = new Tally();
        InputStream in = new BufferedInputStream(new Counted(source, tally), BUFFER_BYTES);
        try (Loader loader = new Loader(cluster)) {
            Intake intake = new Intake(loader, options, tally, System::currentTimeMillis, () -> progress.accept(tally));
            in.mark(MAGIC_BYTES);
            byte[] magic = in.readNBytes(MAGIC_BYTES);
            in.reset();
            long before = 0;
            if (RdbFileReader.begins(Bytes.wrap(magic))) {
                before = RdbFileReader.read(in, intake);
            } else if (magic.length > 0 && magic[0] != '*' && magic[0] != '#') {
                throw ImportException.refused("neither an RDB file nor commands of the Redis protocol");
            }
            RespCommands commands = new RespCommands(in, before);
            for (List<Bytes> words = commands.next(); words != null; words = commands.next()) intake.command(words);
            if (intake.isWithinTransaction()) throw ImportException.refused("the bytes end within a transaction");
            loader.finish();
        }
        return tally;
    }

    /** Counts what is read. */
    private static final class Counted extends FilterInputStream {
        private final Tally tally;

        Counted(InputStream in, Tally tally) {
            super(in);
            this.tally = tally;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            if (b >= 0) tally.read(1);
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            if (count > 0) tally.read(count);
            return count;
        }
    }
}
