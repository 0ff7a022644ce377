package io.ratiskv.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * What a backup, or a file of the archive, begins with: lines of text, each a name and a value, which {@code head} shows.
 * Immutable; any thread.
 *
 * <p>The first line names the format, the last line is the CRC-32C of those before it, and an empty line ends it. What
 * follows is compressed, and encrypted if {@link #salt} says so.
 *
 * @param cluster the Raft group that it was taken of
 * @param node the node that it was taken from
 * @param index of the last entry that is in a backup, of the first in a file of the archive
 * @param takenAtMillis by the clock of the node
 * @param version of the server
 * @param salt what the key of this file was derived with, in hexadecimal digits; empty when it is not encrypted
 */
public record BackupHeader(
        Kind kind, String cluster, String node, long index, long takenAtMillis, String version, String salt) {
    /** What follows. */
    public enum Kind {
        /** A snapshot. */
        BACKUP("RATISKV-BACKUP 1"),
        /** Entries of the log. */
        ARCHIVE("RATISKV-ARCHIVE 1");

        private final String firstLine;

        Kind(String firstLine) {
            this.firstLine = firstLine;
        }
    }

    private static final int BYTES_MAX = 4_096;

    private static final String CLUSTER = "cluster";
    private static final String NODE = "node";
    private static final String INDEX = "index";
    private static final String TAKEN_AT = "taken-at-millis";
    private static final String VERSION = "version";
    private static final String SALT = "aes-256-gcm-salt";
    private static final String CRC = "crc32c";

    /** As the file has it. */
    public byte[] encode() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put(CLUSTER, cluster);
        lines.put(NODE, node);
        lines.put(INDEX, Long.toString(index));
        lines.put(TAKEN_AT, Long.toString(takenAtMillis));
        lines.put(VERSION, version);
        lines.put(SALT, salt);
        StringBuilder text = new StringBuilder(kind.firstLine).append('\n');
        lines.forEach(
                (name, value) -> text.append(name).append(' ').append(value).append('\n'));
        byte[] summed = text.toString().getBytes(StandardCharsets.UTF_8);
        return text.append(CRC)
                .append(' ')
                .append(crc(summed, summed.length))
                .append("\n\n")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads it, and no byte behind it.
     *
     * @throws IOException if there is none, or it is damaged or of a later release
     */
    public static BackupHeader read(Kind kind, InputStream in) throws IOException {
        byte[] bytes = upToEmptyLine(in);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!text.startsWith(kind.firstLine + "\n")) {
            throw new IOException("it does not begin with \"" + kind.firstLine + "\"");
        }
        int crcLine = text.lastIndexOf('\n', text.length() - 3) + 1;
        int summed = text.substring(0, crcLine).getBytes(StandardCharsets.UTF_8).length;
        if (!text.substring(crcLine).equals(CRC + " " + crc(bytes, summed) + "\n\n")) {
            throw new IOException("its header is damaged: the checksum is wrong");
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.substring(0, crcLine).lines().toList()) {
            int blank = line.indexOf(' ');
            lines.put(line.substring(0, blank), line.substring(blank + 1));
        }
        return new BackupHeader(
                kind,
                value(lines, CLUSTER),
                value(lines, NODE),
                number(lines, INDEX),
                number(lines, TAKEN_AT),
                value(lines, VERSION),
                value(lines, SALT));
    }

    private static byte[] upToEmptyLine(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int before = 0;
        while (true) {
            int next = in.read();
            if (next < 0 || bytes.size() == BYTES_MAX) {
                throw new IOException("its header does not end: it is no backup, or cut off");
            }
            bytes.write(next);
            if (next == '\n' && before == '\n') {
                return bytes.toByteArray();
            }
            before = next;
        }
    }

    private static String value(Map<String, String> lines, String name) throws IOException {
        String value = lines.get(name);
        if (value == null) {
            throw new IOException("its header has no line " + name);
        }
        return value;
    }

    private static long number(Map<String, String> lines, String name) throws IOException {
        try {
            return Long.parseLong(value(lines, name));
        } catch (NumberFormatException e) {
            throw new IOException("line " + name + " of its header is no number", e);
        }
    }

    private static String crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Long.toHexString(crc.getValue());
    }
}
