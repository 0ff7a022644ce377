package io.ratiskv.api;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which keyspace events are told, and on which channels: the value of {@code notify-keyspace-events}. Immutable; any
 * thread.
 */
public final class Notifications {
    /** The replicated setting's name. */
    public static final String SETTING = "notify-keyspace-events";

    public static final Notifications NONE = new Notifications(EnumSet.noneOf(EventClass.class), false, false);

    private static final Set<EventClass> ALL = EnumSet.range(EventClass.GENERIC, EventClass.MODULE);

    private final Set<EventClass> classes;
    private final boolean byKey;
    private final boolean byEvent;

    private Notifications(EnumSet<EventClass> classes, boolean byKey, boolean byEvent) {
        this.classes = Collections.unmodifiableSet(classes);
        this.byKey = byKey;
        this.byEvent = byEvent;
    }

    /** Null for a letter that means nothing. */
    public static @Nullable Notifications parse(Bytes letters) {
        EnumSet<EventClass> classes = EnumSet.noneOf(EventClass.class);
        boolean byKey = false;
        boolean byEvent = false;
        for (int i = 0; i < letters.length(); i++) {
            char letter = (char) letters.at(i);
            switch (letter) {
                case 'A' -> classes.addAll(ALL);
                case 'K' -> byKey = true;
                case 'E' -> byEvent = true;
                default -> {
                    EventClass chosen = byLetter(letter);
                    if (chosen == null) {
                        return null;
                    }
                    classes.add(chosen);
                }
            }
        }
        return new Notifications(classes, byKey, byEvent);
    }

    private static @Nullable EventClass byLetter(char letter) {
        for (EventClass each : EventClass.values()) {
            if (each.letter() == letter) {
                return each;
            }
        }
        return null;
    }

    /** Whether events of this class are told on any channel. */
    public boolean tells(EventClass eventClass) {
        return (byKey || byEvent) && classes.contains(eventClass);
    }

    /** Whether any event is. */
    public boolean tellsAny() {
        return (byKey || byEvent) && !classes.isEmpty();
    }

    /** On {@code __keyspace@0__:key}. */
    public boolean byKey() {
        return byKey;
    }

    /** On {@code __keyevent@0__:event}. */
    public boolean byEvent() {
        return byEvent;
    }

    /** The letters as CONFIG GET shows them. */
    @Override
    public String toString() {
        StringBuilder letters = new StringBuilder();
        boolean all = classes.containsAll(ALL);
        if (all) {
            letters.append('A');
        }
        for (EventClass each : classes) {
            // Redis drops what is new when all others are chosen, and so would forget it at its next start.
            boolean told = each != EventClass.KEY_MISS && !(all && ALL.contains(each));
            if (told) {
                letters.append(each.letter());
            }
        }
        letters.append(byKey ? "K" : "").append(byEvent ? "E" : "");
        return letters.append(classes.contains(EventClass.KEY_MISS) ? "m" : "").toString();
    }
}
