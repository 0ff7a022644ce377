package io.ratiskv.raft;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Entry;
import io.ratiskv.api.EntryCodec;
import io.ratiskv.replication.Replica;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A replica whose state is the words of the entries it applied; a snapshot is a file with one per line. */
final class RecordingReplica implements Replica {
    /** @param text of a {@link Entry.Configure}; empty for an entry without content */
    record Applied(long term, long index, long stampMillis, String text) {}

    private final List<String> words = new ArrayList<>();
    private final List<Applied> applied = new ArrayList<>();
    private final List<Path> restored = new ArrayList<>();
    final List<String> leaders = new CopyOnWriteArrayList<>();

    /** An entry that carries {@code text}. */
    static byte[] entry(String text) {
        return EntryCodec.encode(new Entry.Configure("word", Bytes.wrap(text.getBytes(StandardCharsets.UTF_8))), 1);
    }

    @Override
    public synchronized void apply(long term, long index, byte[] entry) {
        String text = ((Entry.Configure) EntryCodec.decode(entry)).value().utf8();
        if (text.equals("poison")) {
            throw new IllegalStateException("poisoned");
        }
        applied.add(new Applied(term, index, EntryCodec.stampMillis(entry), text));
        words.add(text);
    }

    @Override
    public synchronized void skip(long term, long index) {
        applied.add(new Applied(term, index, 0, ""));
    }

    @Override
    public synchronized void restore(Path snapshot, long term, long index) throws IOException {
        List<String> lines = Files.readAllLines(snapshot);
        if (lines.isEmpty() || !lines.getLast().equals("end " + (lines.size() - 1))) {
            throw new IOException("no end mark");
        }
        restored.add(snapshot);
        words.clear();
        words.addAll(lines.subList(0, lines.size() - 1));
    }

    /** Complete and synced, as the port asks for. */
    synchronized Path snapshot(Path directory) throws IOException {
        List<String> lines = new ArrayList<>(words);
        lines.add("end " + words.size());
        Path file = Files.createTempFile(directory, "state", null);
        Files.write(file, lines);
        DirectorySync.syncFile(file);
        return file;
    }

    @Override
    public void leaderChanged(@Nullable String leader, long term) {
        leaders.add(leader + "@" + term);
    }

    synchronized List<String> words() {
        return List.copyOf(words);
    }

    synchronized List<Applied> applied() {
        return List.copyOf(applied);
    }

    synchronized List<Path> restored() {
        return List.copyOf(restored);
    }
}
