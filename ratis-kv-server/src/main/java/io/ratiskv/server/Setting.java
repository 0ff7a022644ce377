package io.ratiskv.server;

/**
 * The text that one source gives for an option. Immutable; any thread.
 *
 * @param text the value as written
 * @param source where it was written, for messages: "flag", "environment RATIS_KV_ID", "file kv.toml"
 */
record Setting(String text, String source) {}
