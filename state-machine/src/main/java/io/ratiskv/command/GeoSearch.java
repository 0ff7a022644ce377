package io.ratiskv.command;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Change;
import io.ratiskv.api.CommandException;
import io.ratiskv.keyspace.SortedSetHandle;
import io.ratiskv.value.GeoPosition;
import io.ratiskv.value.GeoShape;
import io.ratiskv.value.Ranks;
import io.ratiskv.value.ScoreRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What GEOSEARCH, GEORADIUS and their kin ask for, word by word. Confined to one request. */
final class GeoSearch {
    /** So many members are looked at before it is asked whether there are enough. */
    private static final int STEP = 64;

    /** Which words a command takes. */
    enum Form {
        RADIUS(Change.SortedSetOrigin.GEO_RADIUS, false, true),
        RADIUS_READ(Change.SortedSetOrigin.GEO_RADIUS, false, false),
        MEMBER(Change.SortedSetOrigin.GEO_RADIUS, false, true),
        MEMBER_READ(Change.SortedSetOrigin.GEO_RADIUS, false, false),
        SEARCH(Change.SortedSetOrigin.GEO_SEARCH, true, false),
        SEARCH_STORE(Change.SortedSetOrigin.GEO_SEARCH, true, false);

        final Change.SortedSetOrigin origin;
        /** Place and shape are options. */
        private final boolean free;
        /** STORE and its key are an option. */
        private final boolean mayStore;

        Form(Change.SortedSetOrigin origin, boolean free, boolean mayStore) {
            this.origin = origin;
            this.free = free;
            this.mayStore = mayStore;
        }
    }

    /** A member within the area; the distance is in metres. */
    record Found(Bytes member, double score, GeoPosition position, double distance) {}

    private final Form form;
    private final Call call;
    private final SortedSetHandle set;

    private @Nullable GeoPosition center;
    private boolean fromMember;
    private boolean fromPlace;
    private boolean byRadius;
    private boolean byBox;
    private double width;
    private double height;
    private double metresPerUnit = 1;
    private boolean any;
    private long count;
    private boolean ascending;
    private boolean descending;
    private boolean withDistance;
    private boolean withHash;
    private boolean withPosition;
    private @Nullable Bytes target;
    private boolean storesDistance;

    private GeoSearch(Form form, Call call, SortedSetHandle set, @Nullable Bytes target) {
        this.form = form;
        this.call = call;
        this.set = set;
        this.target = target;
    }

    /** Takes all words of the call; Redis looks at the key before any other, and at a member when it comes to it. */
    static GeoSearch parse(Form form, Call call) {
        Bytes target = form == Form.SEARCH_STORE ? call.take() : null;
        GeoSearch search = new GeoSearch(form, call, call.sortedSet(call.take()), target);
        search.takePlace();
        while (call.hasMore()) {
            if (!search.acceptOption() && !(form.free && search.acceptArea())) {
                throw CommandException.syntax();
            }
        }
        search.check();
        return search;
    }

    /** What stands first where it is no option. */
    private void takePlace() {
        switch (form) {
            case RADIUS, RADIUS_READ -> {
                center = takePosition(call);
                takeRadius();
            }
            case MEMBER, MEMBER_READ -> {
                if (set.size() == 0) {
                    call.take(3);
                } else {
                    center = position(call.take());
                    takeRadius();
                }
            }
            case SEARCH, SEARCH_STORE -> {}
        }
    }

    private boolean acceptOption() {
        if (call.accept("WITHDIST")) {
            withDistance = true;
        } else if (call.accept("WITHHASH")) {
            withHash = true;
        } else if (call.accept("WITHCOORD")) {
            withPosition = true;
        } else if (call.accept("ANY")) {
            any = true;
        } else if (call.accept("ASC")) {
            ascending = true;
            descending = false;
        } else if (call.accept("DESC")) {
            ascending = false;
            descending = true;
        } else if (call.acceptWithValue("COUNT")) {
            count = call.takeLong();
            if (count <= 0) {
                throw new CommandException("ERR COUNT must be > 0");
            }
        } else if (form.mayStore && call.acceptWithValue("STORE")) {
            target = call.take();
            storesDistance = false;
        } else if (form.mayStore && call.acceptWithValue("STOREDIST")) {
            target = call.take();
            storesDistance = true;
        } else if (form == Form.SEARCH_STORE && call.accept("STOREDIST")) {
            storesDistance = true;
        } else {
            return false;
        }
        return true;
    }

    private boolean acceptArea() {
        if (!fromPlace && call.acceptWithValue("FROMMEMBER")) {
            Bytes member = call.take();
            // Without a key the rest is still read, for the errors in it.
            center = set.size() == 0 ? center : position(member);
            fromMember = true;
        } else if (!fromMember && call.remaining() > 2 && call.accept("FROMLONLAT")) {
            center = takePosition(call);
            fromPlace = true;
        } else if (!byBox && call.remaining() > 2 && call.accept("BYRADIUS")) {
            takeRadius();
            byRadius = true;
        } else if (!byRadius && call.remaining() > 3 && call.accept("BYBOX")) {
            takeBox();
            byBox = true;
        } else {
            return false;
        }
        return true;
    }

    private void takeRadius() {
        double radius = call.takeDouble(new CommandException("ERR need numeric radius"));
        if (radius < 0) {
            throw new CommandException("ERR radius cannot be negative");
        }
        width = radius;
        metresPerUnit = takeUnit(call);
    }

    private void takeBox() {
        width = call.takeDouble(new CommandException("ERR need numeric width"));
        height = call.takeDouble(new CommandException("ERR need numeric height"));
        if (height < 0 || width < 0) {
            throw new CommandException("ERR height or width cannot be negative");
        }
        metresPerUnit = takeUnit(call);
    }

    private GeoPosition position(Bytes member) {
        double score = set.score(member);
        if (Double.isNaN(score)) {
            throw new CommandException("ERR could not decode requested zset member");
        }
        return GeoPosition.ofScore(score);
    }

    private void check() {
        if (target != null && (withDistance || withHash || withPosition)) {
            String what = form == Form.SEARCH_STORE ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
            throw new CommandException(
                    "ERR " + what + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
        }
        if (form.free && !fromMember && !fromPlace) {
            throw exactlyOne("FROMMEMBER or FROMLONLAT");
        }
        if (form.free && !byRadius && !byBox) {
            throw exactlyOne("BYRADIUS and BYBOX");
        }
        if (any && count == 0) {
            throw new CommandException("ERR the ANY argument requires COUNT argument");
        }
    }

    private CommandException exactlyOne(String what) {
        String name = Errors.quoted(call.typedName(), call.typedName().length());
        return new CommandException("ERR exactly one of " + what + " can be specified for " + name);
    }

    static GeoPosition takePosition(Call call) {
        GeoPosition position = new GeoPosition(call.takeDouble(), call.takeDouble());
        if (!position.isValid()) {
            throw Errors.invalidPosition(position);
        }
        return position;
    }

    /** How many metres the unit has that is the next word. */
    static double takeUnit(Call call) {
        if (call.accept("M")) {
            return 1;
        }
        if (call.accept("KM")) {
            return 1000;
        }
        if (call.accept("FT")) {
            return 0.3048;
        }
        if (call.accept("MI")) {
            return 1609.34;
        }
        throw new CommandException("ERR unsupported unit provided. please use M, KM, FT, MI");
    }

    /** The members within the area, in the order and number asked for. */
    List<Found> results() {
        if (set.size() == 0 || center == null) {
            return List.of();
        }
        GeoShape shape = byBox
                ? new GeoShape.Box(center, width, height, metresPerUnit)
                : new GeoShape.Circle(center, width, metresPerUnit);
        List<Found> found = new ArrayList<>();
        for (ScoreRange scores : shape.scores()) {
            collect(shape, set.ranks(scores, /* fromEnd= */ false), found);
        }
        // The nearest, unless any will do.
        if (ascending || descending || count > 0 && !any) {
            Comparator<Found> nearestFirst = Comparator.comparingDouble(Found::distance);
            found.sort(descending ? nearestFirst.reversed() : nearestFirst);
        }
        return count > 0 && count < found.size() ? found.subList(0, (int) count) : found;
    }

    private void collect(GeoShape shape, Ranks ranks, List<Found> found) {
        long max = any ? count : Long.MAX_VALUE;
        for (int from = ranks.from(); from < ranks.to() && found.size() < max; from += STEP) {
            Ranks some = new Ranks(from, Math.min(from + STEP, ranks.to()));
            call.databases().works(some.to() - some.from());
            set.forEach(
                    some,
                    /* fromEnd= */ false,
                    (member, score) -> {
                        GeoPosition position = GeoPosition.ofScore(score);
                        double distance = shape.distance(position);
                        if (!Double.isNaN(distance) && found.size() < max) {
                            found.add(new Found(member, score, position, distance));
                        }
                    });
        }
    }

    /** Where the result goes; null if it is the reply. */
    @Nullable
    Bytes target() {
        return target;
    }

    boolean storesDistance() {
        return storesDistance;
    }

    double metresPerUnit() {
        return metresPerUnit;
    }

    boolean withDistance() {
        return withDistance;
    }

    boolean withHash() {
        return withHash;
    }

    boolean withPosition() {
        return withPosition;
    }
}
