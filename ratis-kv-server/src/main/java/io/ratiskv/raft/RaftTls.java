package io.ratiskv.raft;

import java.nio.file.Path;

/**
 * PEM files for the links between nodes, which are always mutually authenticated. Immutable.
 *
 * @param certificate this node's certificate and its intermediates
 * @param key its private key, PKCS #8, not encrypted
 * @param authorities who may sign the others' certificates
 */
public record RaftTls(Path certificate, Path key, Path authorities) {}
