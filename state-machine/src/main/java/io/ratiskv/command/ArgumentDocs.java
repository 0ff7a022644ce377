package io.ratiskv.command;

import io.ratiskv.api.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A usage line in the terms of COMMAND DOCS, where a token stands at the argument it announces and what may be left
 * out or repeated is a flag. Confined to one thread.
 */
final class ArgumentDocs {
    private final Command command;
    private int keySpecIndex;

    ArgumentDocs(Command command) {
        this.command = command;
    }

    Reply all() {
        return arguments(command.usage().terms());
    }

    private Reply arguments(List<Term> terms) {
        return Reply.array(
                terms.stream().map(term -> argument(term, null, List.of())).toList());
    }

    private Reply argument(Term term, @Nullable String token, List<String> flags) {
        return switch (term) {
            case Term.Maybe maybe -> argument(maybe.term(), token, with(flags, "optional"));
            case Term.Repeated repeated -> {
                boolean tokens = repeated.term() instanceof Term.Block block && announced(block) != null;
                List<String> many = with(flags, "multiple");
                yield argument(repeated.term(), token, tokens ? with(many, "multiple_token") : many);
            }
            case Term.Argument argument -> {
                @Nullable
                Integer keySpec = switch (argument.type()) {
                    case KEY -> nextKeySpec();
                    case PATTERN -> keySpecOfPatterns();
                    default -> null;
                };
                yield described(argument.name(), argument.type().wireName, keySpec, token, flags, null);
            }
            case Term.Token it -> described(nameOf(it), "pure-token", null, it.text(), flags, null);
            case Term.OneOf oneOf -> described(nameOf(oneOf), "oneof", null, token, flags, oneOf.choices());
            case Term.Block block -> {
                Term.@Nullable Token announcing = announced(block);
                yield announcing != null
                        ? argument(block.terms().get(1), announcing.text(), flags)
                        : described(nameOf(block), "block", null, token, flags, block.terms());
            }
        };
    }

    /** The token of a block that is a token and one argument, else null. */
    private static Term.@Nullable Token announced(Term.Block block) {
        boolean pair = block.terms().size() == 2 && !(block.terms().get(1) instanceof Term.Token);
        return pair && block.terms().getFirst() instanceof Term.Token token ? token : null;
    }

    private int nextKeySpec() {
        while (keySpecIndex < command.keySpecs().size() && isOfPatterns(keySpecIndex)) {
            keySpecIndex++;
        }
        return Math.min(keySpecIndex++, command.keySpecs().size() - 1);
    }

    /** Patterns of keys that are looked up have one in common. */
    private @Nullable Integer keySpecOfPatterns() {
        for (int i = 0; i < command.keySpecs().size(); i++) {
            if (isOfPatterns(i)) {
                return i;
            }
        }
        return null;
    }

    private boolean isOfPatterns(int index) {
        return command.keySpecs().get(index).begin() instanceof KeySpec.Nowhere;
    }

    private Reply described(
            String name,
            String type,
            @Nullable Integer keySpec,
            @Nullable String token,
            List<String> flags,
            @Nullable List<Term> parts) {
        List<Reply> docs = new ArrayList<>();
        put(docs, "name", Reply.bulk(name));
        put(docs, "type", Reply.bulk(type));
        if (parts == null) {
            put(docs, "display_text", Reply.bulk(name));
        }
        if (keySpec != null) {
            put(docs, "key_spec_index", Reply.of(keySpec));
        }
        if (token != null) {
            put(docs, "token", Reply.bulk(token));
        }
        if (!flags.isEmpty()) {
            put(
                    docs,
                    "flags",
                    new Reply.Set(flags.stream().<Reply>map(Reply.Simple::new).toList()));
        }
        if (parts != null) {
            put(docs, "arguments", arguments(parts));
        }
        return new Reply.Map(docs);
    }

    /** A name for what has none in the usage line. */
    private static String nameOf(Term term) {
        return switch (term) {
            case Term.Argument argument -> argument.name();
            case Term.Token token -> token.text().toLowerCase(Locale.ROOT);
            case Term.Maybe maybe -> nameOf(maybe.term());
            case Term.Repeated repeated -> nameOf(repeated.term());
            case Term.OneOf oneOf ->
                String.join(
                        "-or-",
                        oneOf.choices().stream().map(ArgumentDocs::nameOf).toList());
            case Term.Block block ->
                String.join(
                        "-", block.terms().stream().map(ArgumentDocs::nameOf).toList());
        };
    }

    private static List<String> with(List<String> flags, String more) {
        List<String> all = new ArrayList<>(flags);
        all.add(more);
        return all;
    }

    private static void put(List<Reply> keysAndValues, String key, Reply value) {
        keysAndValues.add(Reply.bulk(key));
        keysAndValues.add(value);
    }
}
