package io.ratiskv.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table while families write their paragraphs into it. Confined to the thread that builds the table. */
final class Declarations {
    private final Map<String, Declaration> byName = new LinkedHashMap<>();
    private final Map<String, List<Declaration>> subcommands = new LinkedHashMap<>();
    private Group group = Group.GENERIC;

    /** The chapter of the declarations that follow. */
    void group(Group chapter) {
        this.group = chapter;
    }

    Declaration read(String usage, CommandBody body) {
        return add(Kind.READ, usage, body);
    }

    Declaration write(String usage, CommandBody body) {
        return add(Kind.WRITE, usage, body);
    }

    /** The session supplies what it does. */
    Declaration local(String usage) {
        return add(Kind.LOCAL, usage, null);
    }

    /** A name whose second word is a command of its own; those are declared behind this. */
    Declaration container(String name) {
        subcommands.put(name, new ArrayList<>());
        return local(name + " [subcommand]").arity(-2).complexity("Depends on the subcommand.");
    }

    /** The subcommand that lists its container's others. */
    Declaration help(String container) {
        return local(container + " HELP")
                .with(Flag.LOADING, Flag.STALE)
                .summary("Lists the subcommands of " + container + ".");
    }

    private Declaration add(Kind kind, String line, @org.jspecify.annotations.Nullable CommandBody body) {
        String firstWord = line.split(" ", 2)[0];
        List<Declaration> siblings = byName.containsKey(firstWord) ? subcommands.get(firstWord) : null;
        Usage usage = Usage.parse(line, siblings == null ? 1 : 2);
        Declaration declaration = new Declaration(kind, usage, group, body);
        if (siblings != null) {
            siblings.add(declaration);
        } else if (byName.put(firstWord, declaration) != null) {
            throw new IllegalArgumentException("declared twice: " + firstWord);
        }
        return declaration;
    }

    /** All top-level commands, sorted by name. */
    List<Command> build() {
        List<Command> commands = new ArrayList<>();
        int[] number = new int[1];
        byName.forEach((name, declaration) -> {
            List<Command> children = subcommands.getOrDefault(name, List.of()).stream()
                    .map(child -> new Command(child, number[0]++, List.of()))
                    .sorted(Comparator.comparing(Command::name))
                    .toList();
            commands.add(new Command(declaration, number[0]++, children));
        });
        commands.sort(Comparator.comparing(Command::name));
        return List.copyOf(commands);
    }
}
