package io.ratiskv.command;

import static io.ratiskv.command.Category.GEO;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.api.Reply;
import io.ratiskv.command.GeoSearch.Form;
import io.ratiskv.command.GeoSearch.Found;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.DoubleText;
import io.ratiskv.value.GeoPosition;
import io.ratiskv.value.SortedSetBuilder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Places on the earth, kept as the scores of a sorted set. Confined to whoever holds the state's lock. */
final class GeoCommands {
    private static final String UNIT = " <M | KM | FT | MI>";
    private static final String PLACE = " longitude:double latitude:double";
    private static final String RADIUS = " radius:double" + UNIT;
    private static final String PARTS = " [WITHCOORD] [WITHDIST] [WITHHASH]";
    private static final String COUNT = " [COUNT count [ANY]]";
    private static final String ORDER = " [ASC | DESC]";
    private static final String TARGETS = " [STORE storekey:key] [STOREDIST storedistkey:key]";
    private static final String AREA = " <FROMMEMBER member | FROMLONLAT" + PLACE + "> <BYRADIUS" + RADIUS
            + " | BYBOX width:double height:double" + UNIT + ">";

    private static final String SEARCH_TIME = "O(N + log M), N members near the area, M members of the key.";

    private GeoCommands() {}

    static void declare(Declarations table) {
        table.group(Group.GEO);
        declareMembers(table);
        declareSearches(table);
        declareDeprecatedSearches(table);
    }

    private static void declareMembers(Declarations table) {
        table.write(
                        "GEOADD key [NX | XX] [CH] longitude:double latitude:double member"
                                + " [longitude:double latitude:double member ...]",
                        GeoCommands::add)
                .in(GEO)
                .denyOom()
                .since("3.2.0")
                .complexity("O(N log M), N places, M members of the key.")
                .summary("Gives members their places; returns how many are new.");

        table.read("GEODIST key member1 member2 [M | KM | FT | MI]", GeoCommands::distance)
                .in(GEO)
                .since("3.2.0")
                .summary("Returns the distance between two members.");

        table.read("GEOHASH key [member [member ...]]", GeoCommands::hashes)
                .in(GEO)
                .since("3.2.0")
                .complexity("O(N), N members asked for.")
                .summary("Returns the geohashes of members.");

        table.read("GEOPOS key [member [member ...]]", GeoCommands::positions)
                .in(GEO)
                .since("3.2.0")
                .complexity("O(N), N members asked for.")
                .summary("Returns longitude and latitude of members.");
    }

    private static void declareSearches(Declarations table) {
        table.read("GEOSEARCH key" + AREA + ORDER + COUNT + PARTS, call -> search(call, Form.SEARCH))
                .in(GEO)
                .since("6.2.0")
                .complexity(SEARCH_TIME)
                .summary("Returns the members within an area.");

        table.write(
                        "GEOSEARCHSTORE destination:key source:key" + AREA + ORDER + COUNT + " [STOREDIST]",
                        call -> search(call, Form.SEARCH_STORE))
                .in(GEO)
                .denyOom()
                .since("6.2.0")
                .complexity(SEARCH_TIME)
                .keys("OW update", "RO access")
                .summary("Puts the members within an area over another key; returns how many.");
    }

    private static void declareDeprecatedSearches(Declarations table) {
        table.write(
                        "GEORADIUS key" + PLACE + RADIUS + PARTS + COUNT + ORDER + TARGETS,
                        call -> search(call, Form.RADIUS))
                .in(GEO)
                .denyOom()
                .since("3.2.0")
                .complexity(SEARCH_TIME)
                .keys("RO access", "OW update", "OW update")
                .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` argument")
                .summary("Returns the members within a radius of a place, or puts them over another key.");

        table.write(
                        "GEORADIUSBYMEMBER key member" + RADIUS + PARTS + COUNT + ORDER + TARGETS,
                        call -> search(call, Form.MEMBER))
                .in(GEO)
                .denyOom()
                .since("3.2.0")
                .complexity(SEARCH_TIME)
                .keys("RO access", "OW update", "OW update")
                .deprecated("6.2.0", "`GEOSEARCH` and `GEOSEARCHSTORE` with the `BYRADIUS` and `FROMMEMBER` arguments")
                .summary("Returns the members within a radius of another, or puts them over another key.");

        table.read("GEORADIUS_RO key" + PLACE + RADIUS + PARTS + COUNT + ORDER, call -> search(call, Form.RADIUS_READ))
                .in(GEO)
                .since("3.2.10")
                .complexity(SEARCH_TIME)
                .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` argument")
                .summary("Returns the members within a radius of a place.");

        table.read(
                        "GEORADIUSBYMEMBER_RO key member" + RADIUS + PARTS + COUNT + ORDER,
                        call -> search(call, Form.MEMBER_READ))
                .in(GEO)
                .since("3.2.10")
                .complexity(SEARCH_TIME)
                .deprecated("6.2.0", "`GEOSEARCH` with the `BYRADIUS` and `FROMMEMBER` arguments")
                .summary("Returns the members within a radius of another.");
    }

    private static Reply add(Call call) {
        Bytes key = call.take();
        boolean ifAbsent = false;
        boolean ifPresent = false;
        boolean countsUpdated = false;
        while (true) {
            if (call.accept("NX")) {
                ifAbsent = true;
            } else if (call.accept("XX")) {
                ifPresent = true;
            } else if (call.accept("CH")) {
                countsUpdated = true;
            } else {
                break;
            }
        }
        if (!call.hasMore() || call.remaining() % 3 != 0 || ifAbsent && ifPresent) {
            throw CommandException.syntax();
        }
        double[] scores = new double[call.remaining() / 3];
        Bytes[] members = new Bytes[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = GeoSearch.takePosition(call).score();
            members[i] = call.take();
        }

        ScoreOptions options =
                new ScoreOptions(ifAbsent, ifPresent, Change.Scoring.LAST, countsUpdated, /* increments= */ false);
        return SortedSetCommands.put(call.sortedSet(key), options, scores, members);
    }

    private static Reply distance(Call call) {
        Bytes key = call.take();
        Bytes one = call.take();
        Bytes other = call.take();
        if (call.remaining() > 1) {
            throw CommandException.syntax();
        }
        double metresPerUnit = call.hasMore() ? GeoSearch.takeUnit(call) : 1;

        SortedSetHandle set = call.sortedSet(key);
        double from = set.score(one);
        double to = set.score(other);
        if (Double.isNaN(from) || Double.isNaN(to)) {
            return Reply.NULL;
        }
        return distance(GeoPosition.ofScore(from).distanceTo(GeoPosition.ofScore(to)) / metresPerUnit);
    }

    /** Four decimals. */
    private static Reply distance(double units) {
        return Reply.bulk(
                BigDecimal.valueOf((long) Math.rint(units * 10_000), 4).toPlainString());
    }

    private static Reply hashes(Call call) {
        SortedSetHandle set = call.sortedSet(call.take());
        List<Reply> hashes = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            double score = set.score(call.take());
            hashes.add(
                    Double.isNaN(score)
                            ? Reply.NULL
                            : Reply.bulk(GeoPosition.ofScore(score).geohash()));
        }
        return Reply.array(hashes);
    }

    private static Reply positions(Call call) {
        SortedSetHandle set = call.sortedSet(call.take());
        List<Reply> positions = new ArrayList<>(call.remaining());
        while (call.hasMore()) {
            double score = set.score(call.take());
            positions.add(Double.isNaN(score) ? Reply.NULL_ARRAY : position(call, GeoPosition.ofScore(score)));
        }
        return Reply.array(positions);
    }

    private static Reply position(Call call, GeoPosition position) {
        return Reply.array(List.of(degrees(call, position.longitude()), degrees(call, position.latitude())));
    }

    /** RESP2 is sent more digits than tell the number apart (docs/differences.md). */
    private static Reply degrees(Call call, double degrees) {
        return call.protocol() > 2 ? new Reply.Decimal(degrees) : Reply.bulk(DoubleText.plain(degrees));
    }

    private static Reply search(Call call, Form form) {
        GeoSearch search = GeoSearch.parse(form, call);

        List<Found> found = search.results();
        @Nullable Bytes target = search.target();
        if (target != null) {
            store(call, search, found, target, form.origin);
            return Reply.of(found.size());
        }
        List<Reply> members = new ArrayList<>(found.size());
        for (Found one : found) {
            members.add(reply(call, search, one));
        }
        return Reply.array(members);
    }

    private static void store(
            Call call, GeoSearch search, List<Found> found, Bytes target, Change.SortedSetOrigin origin) {
        ToDoubleFunction<Found> score =
                search.storesDistance() ? one -> one.distance() / search.metresPerUnit() : Found::score;
        SortedSetBuilder stored = new SortedSetBuilder(call.databases().shapes());
        for (Found one : found) {
            stored.add(one.member(), score.applyAsDouble(one));
        }
        call.keyspace().putSortedSet(target, stored.build(), origin);
    }

    private static Reply reply(Call call, GeoSearch search, Found found) {
        List<Reply> parts = new ArrayList<>(4);
        parts.add(Reply.bulk(found.member()));
        if (search.withDistance()) {
            parts.add(distance(found.distance() / search.metresPerUnit()));
        }
        if (search.withHash()) {
            parts.add(Reply.of((long) found.score()));
        }
        if (search.withPosition()) {
            parts.add(position(call, found.position()));
        }
        return parts.size() == 1 ? parts.getFirst() : Reply.array(parts);
    }
}
