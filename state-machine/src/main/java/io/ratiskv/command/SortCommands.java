package io.ratiskv.command;

import static io.ratiskv.command.Category.DANGEROUS;
import static io.ratiskv.command.Category.LIST;
import static io.ratiskv.command.Category.SET;
import static io.ratiskv.command.Category.SORTEDSET;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.ListEnd;
import io.ratiskv.api.Reply;
import io.ratiskv.api.ValueType;
import io.ratiskv.keyspace.Keyspace;
import io.ratiskv.keyspace.ListHandle;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.ListValue;
import io.ratiskv.value.Numeral;
import io.ratiskv.value.Ranks;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Elements of a list, a set or a sorted set in another order. Confined to whoever holds the state's lock. */
final class SortCommands {
    private static final String OPTIONS =
            " key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]";

    private static final KeySpec SOURCE =
            new KeySpec(KeyFlag.parse("RO access"), new KeySpec.Index(1), new KeySpec.Range(0, 1));

    private static final KeySpec LOOKED_UP =
            new KeySpec(KeyFlag.parse("RO access"), new KeySpec.Nowhere(), new KeySpec.Range(0, 1));

    private static final KeySpec DESTINATION = new KeySpec(
            KeyFlag.parse("OW update"),
            new KeySpec.LastOption(
                    "STORE",
                    2,
                    List.of(
                            new KeySpec.Option("STORE", 1),
                            new KeySpec.Option("BY", 1),
                            new KeySpec.Option("GET", 1),
                            new KeySpec.Option("LIMIT", 2))),
            new KeySpec.Range(0, 1));

    private SortCommands() {}

    static void declare(Declarations table) {
        table.group(Group.GENERIC);

        table.write("SORT" + OPTIONS + " [STORE destination:key]", call -> sort(call, /* mayStore= */ true))
                .in(LIST, SET, SORTEDSET, DANGEROUS)
                .denyOom()
                .scans()
                .since("1.0.0")
                .complexity("O(N log N + M), N elements sorted, M told.")
                .keys(SOURCE, LOOKED_UP, DESTINATION)
                .summary(
                        "Sorts a list, a set or a sorted set by its elements or by other keys, and returns or stores that.");

        table.read("SORT_RO" + OPTIONS, call -> sort(call, /* mayStore= */ false))
                .in(LIST, SET, SORTEDSET, DANGEROUS)
                .scans()
                .since("7.0.0")
                .complexity("O(N log N + M), N elements sorted, M told.")
                .keys(SOURCE, LOOKED_UP)
                .summary("Sorts as SORT does, and only returns the result.");
    }

    private static Reply sort(Call call, boolean mayStore) {
        Bytes key = call.take();
        SortOptions options = SortOptions.parse(call, mayStore);

        List<Bytes> elements = elements(call.keyspace(), key, options);
        Bytes target = options.target();
        if (target == null) {
            return Reply.array(told(call, options, elements));
        }
        return Reply.of(store(call, options, elements, target));
    }

    /** Those that are asked for, in order. */
    private static List<Bytes> elements(Keyspace keyspace, Bytes key, SortOptions options) {
        @Nullable ValueType type = keyspace.type(key);
        return switch (type) {
            case null -> List.of();
            case LIST -> {
                ListHandle list = keyspace.list(key);
                yield options.asItIs() ? page(list, options) : sorted(all(list), keyspace, options);
            }
            case SET -> {
                options.sortAnyway();
                List<Bytes> members = new ArrayList<>();
                keyspace.set(key).members().forEach(members::add);
                yield options.asItIs() ? page(members, options) : sorted(members, keyspace, options);
            }
            case SORTED_SET -> {
                SortedSetHandle set = keyspace.sortedSet(key);
                yield options.asItIs() ? page(set, options) : sorted(all(set), keyspace, options);
            }
            default -> throw CommandException.wrongType();
        };
    }

    // --- as they are --------------------------------------------------------------------------------------------

    private static List<Bytes> all(ListHandle list) {
        List<Bytes> elements = new ArrayList<>(list.size());
        list.ascending(0).forEachRemaining(elements::add);
        return elements;
    }

    private static List<Bytes> all(SortedSetHandle set) {
        List<Bytes> members = new ArrayList<>(set.size());
        set.members().forEach((member, score) -> members.add(member));
        return members;
    }

    private static List<Bytes> page(List<Bytes> elements, SortOptions options) {
        IndexRange page = options.page(elements.size());
        return elements.subList(page.from(), page.to());
    }

    private static List<Bytes> page(ListHandle list, SortOptions options) {
        IndexRange page = options.page(list.size());
        List<Bytes> elements = new ArrayList<>(page.length());
        Iterator<Bytes> all =
                options.descending() ? list.descending(list.size() - 1 - page.from()) : list.ascending(page.from());
        for (int i = 0; i < page.length(); i++) {
            elements.add(all.next());
        }
        return elements;
    }

    private static List<Bytes> page(SortedSetHandle set, SortOptions options) {
        IndexRange page = options.page(set.size());
        List<Bytes> members = new ArrayList<>(page.length());
        Ranks ranks = options.descending()
                ? new Ranks(set.size() - page.to(), set.size() - page.from())
                : new Ranks(page.from(), page.to());
        set.forEach(ranks, options.descending(), (member, score) -> members.add(member));
        return members;
    }

    // --- sorted -------------------------------------------------------------------------------------------------

    private static List<Bytes> sorted(List<Bytes> elements, Keyspace keyspace, SortOptions options) {
        IndexRange page = options.page(elements.size());
        @Nullable ElementPattern by = options.by();
        Sorter sorter = options.alpha()
                ? Sorter.byText(options.descending(), page.to())
                : Sorter.byNumber(options.descending(), page.to());
        for (Bytes element : elements) {
            Bytes value = by == null ? element : by.find(element, keyspace);
            if (options.alpha()) {
                sorter.add(element, value);
            } else {
                sorter.add(element, weight(value));
            }
        }
        return sorter.sorted().subList(page.from(), page.to());
    }

    private static double weight(@Nullable Bytes value) {
        if (value == null) {
            return 0;
        }
        return Numeral.parseWeight(value)
                .orElseThrow(() -> new CommandException("ERR One or more scores can't be converted into double"));
    }

    // --- the result ---------------------------------------------------------------------------------------------

    private static List<Reply> told(Call call, SortOptions options, List<Bytes> elements) {
        List<Reply> told =
                new ArrayList<>(elements.size() * Math.max(1, options.gets().size()));
        for (Bytes element : elements) {
            if (options.gets().isEmpty()) {
                told.add(Reply.bulk(element));
            }
            for (ElementPattern get : options.gets()) {
                told.add(Reply.bulkOrNull(get.find(element, call.keyspace())));
            }
        }
        return told;
    }

    private static int store(Call call, SortOptions options, List<Bytes> elements, Bytes target) {
        List<Bytes> stored = options.gets().isEmpty() ? elements : new ArrayList<>();
        for (Bytes element : elements) {
            for (ElementPattern get : options.gets()) {
                Bytes found = get.find(element, call.keyspace());
                stored.add(found == null ? Bytes.EMPTY : found);
            }
        }
        ListValue list =
                ListValue.empty().push(ListEnd.TAIL, stored, call.databases().shapes());
        call.keyspace().putSortedList(target, list);
        return stored.size();
    }
}
