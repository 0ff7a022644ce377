package io.ratiskv.resp;

/** Begins conversations. Event loop only. */
public interface Conversations {
    Conversation begin(Outlet outlet);
}
