package io.ratiskv.cli;

/** How answers are printed. */
enum Output {
    /** For people; nothing in it is promised to stay. */
    HUMAN,
    /** For scripts: one line of JSON for each answer, as the server sent it. */
    JSON
}
