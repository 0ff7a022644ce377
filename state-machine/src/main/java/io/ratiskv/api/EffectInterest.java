package io.ratiskv.api;

/** A kind of effect that costs something to report and is reported only while someone listens. */
public enum EffectInterest {
    /** {@link Effect.Notified}, of the classes that the setting chooses. */
    KEY_EVENTS,
    /** {@link Effect.Invalidated} and {@link Effect.AllInvalidated}. */
    INVALIDATIONS,
    /** {@link Effect.KeyReady}, {@link Effect.GroupsLost} and those of all keys. */
    READINESS
}
