package io.ratiskv.command;

import io.ratiskv.api.Reply;
import io.ratiskv.api.StreamId;
import io.ratiskv.value.StreamEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What streams hold, as replies. Stateless; any thread. */
final class StreamReplies {
    private StreamReplies() {}

    static Reply id(StreamId id) {
        return Reply.bulk(id.text());
    }

    static Reply ids(List<StreamId> ids) {
        return Reply.array(ids.stream().map(StreamReplies::id).toList());
    }

    /** An id, and fields and values in turn. */
    static Reply entry(StreamEntry entry) {
        List<Reply> words = new ArrayList<>(entry.wordCount());
        entry.forEachWord(word -> words.add(Reply.bulk(word)));
        return Reply.array(List.of(id(entry.id()), Reply.array(words)));
    }

    static Reply entryOrNull(@Nullable StreamEntry entry) {
        return entry == null ? Reply.NULL : entry(entry);
    }

    static Reply entries(List<StreamEntry> entries) {
        return Reply.array(entries.stream().map(StreamReplies::entry).toList());
    }

    /** The next {@code countMax} entries at most. */
    static Reply entries(Iterator<StreamEntry> entries, long countMax) {
        List<Reply> replies = new ArrayList<>();
        while (replies.size() < countMax && entries.hasNext()) {
            replies.add(entry(entries.next()));
        }
        return Reply.array(replies);
    }
}
