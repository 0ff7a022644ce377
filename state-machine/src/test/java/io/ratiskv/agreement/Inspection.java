package io.ratiskv.agreement;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.transcript.LibrarySubject;
import io.ratiskv.transcript.ReplyText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The requests whose replies are all that a keyspace holds: keys, types, encodings, contents, deadlines. */
final class Inspection {
    private static final int DATABASES = 16;

    private Inspection() {}

    /** Of the keyspace the library has now. */
    static List<Step> of(LibrarySubject library) throws IOException {
        List<Step> steps = new ArrayList<>();
        int before = library.database();
        for (int database = 0; database < DATABASES; database++) {
            Step.Ask select = Step.ask("SELECT", Integer.toString(database));
            library.call(0, select.words());
            List<Bytes> keys = strings(library.call(0, Step.ask("KEYS", "*").words()));
            steps.add(select);
            steps.add(Step.ask("KEYS", "*"));
            for (Bytes key : keys) {
                steps.add(ask(key, "TYPE"));
                steps.add(ask(key, "OBJECT", "ENCODING"));
                steps.add(ask(key, "PEXPIRETIME"));
                contents(library, key, steps);
            }
        }
        library.call(0, Step.ask("SELECT", Integer.toString(before)).words());
        steps.add(Step.ask("SELECT", Integer.toString(before)));
        return steps;
    }

    private static void contents(LibrarySubject library, Bytes key, List<Step> steps) throws IOException {
        String type = ReplyText.of(library.call(0, ask(key, "TYPE").words()));
        switch (type) {
            case "string" -> steps.add(ask(key, "GET"));
            case "hash" -> steps.add(ask(key, "HGETALL"));
            case "list" -> steps.add(ask("LRANGE", key, "0", "-1"));
            case "set" -> steps.add(ask(key, "SMEMBERS"));
            case "zset" -> steps.add(ask("ZRANGE", key, "0", "-1", "WITHSCORES"));
            case "stream" -> {
                steps.add(ask("XRANGE", key, "-", "+"));
                Step.Ask everything = Step.ask("XINFO", "STREAM", "", "FULL", "COUNT", "0");
                everything.words()[2] = key;
                steps.add(everything);
            }
            default -> throw new IllegalStateException("say what a key of type " + type + " is inspected with");
        }
    }

    private static List<Bytes> strings(Reply array) {
        return ((Reply.Array) array)
                .elements().stream().map(it -> ((Reply.Bulk) it).value()).toList();
    }

    private static Step.Ask ask(Bytes key, String... nameWords) {
        List<Bytes> words = new ArrayList<>();
        for (String word : nameWords) {
            words.add(Bytes.of(word));
        }
        words.add(key);
        return new Step.Ask(words.toArray(Bytes[]::new));
    }

    private static Step.Ask ask(String name, Bytes key, String... more) {
        List<Bytes> words = new ArrayList<>(List.of(Bytes.of(name), key));
        for (String word : more) {
            words.add(Bytes.of(word));
        }
        return new Step.Ask(words.toArray(Bytes[]::new));
    }
}
