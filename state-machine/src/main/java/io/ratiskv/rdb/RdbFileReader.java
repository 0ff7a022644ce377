package io.ratiskv.rdb;

import io.ratiskv.api.Bytes;
import io.ratiskv.keyspace.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads what Redis writes as dump.rdb and sends to its replicas, of any of its versions from 2.6 on, one value at a time.
 * Confined to one thread.
 *
 * <pre>
 *   "REDIS", version (4 digits), parts, ff, CRC-64 of all before (8), or 0
 *   part: what it is (1), then
 *     fa aux        name, content            fe database   number
 *     fb sizes      two numbers              f4 slot       three numbers
 *     f5 functions  source                   f7 module     its id, its content
 *     f8 idle       a number                 f9 frequency  a byte
 *     fc deadline   milliseconds (8)         fd deadline   seconds (4), of the key that follows
 *     else type     key, value
 * </pre>
 *
 * <p>Of a value it finds the end, and hands it on as it is: whoever restores it looks at all of it. What it does not know
 * is refused, for nobody can tell where it ends.
 */
public final class RdbFileReader {
    private static final int SLOT_INFO = 0xf4;
    private static final int FUNCTION_OF_CANDIDATES = 0xf6;
    private static final int MODULE_AUX = 0xf7;
    private static final int IDLE = 0xf8;
    private static final int FREQUENCY = 0xf9;
    private static final int AUX = 0xfa;
    private static final int SIZES = 0xfb;
    private static final int DEADLINE_MILLIS = 0xfc;
    private static final int DEADLINE_SECONDS = 0xfd;
    private static final int DATABASE = 0xfe;
    private static final int END = 0xff;

    private static final int MODULE_WITHOUT_END = 6;
    private static final int MODULE = 7;

    /** That of Redis 2.6; before, there was no checksum. */
    private static final int VERSION_MIN = 6;

    private static final int DATABASES_MAX = 1 << 20;

    private final RdbFileInput in;
    private final RdbVisitor visitor;
    private int version;
    private int database;
    private long expireAtMillis = Deadline.NONE;

    private RdbFileReader(InputStream in, RdbVisitor visitor) {
        this.in = new RdbFileInput(in);
        this.visitor = visitor;
    }

    /** Whether bytes, nine or more, begin as an RDB file does. */
    public static boolean begins(Bytes bytes) {
        if (bytes.length() < 9) {
            return false;
        }
        String text = bytes.slice(0, 9).latin1();
        return text.matches("REDIS[0-9]{4}|VALKEY[0-9]{3}");
    }

    /**
     * Reads one file, to its checksum and not a byte further.
     *
     * @param in buffered by the caller: it is asked for single bytes
     * @return how many bytes it took
     * @throws RdbFileException if the bytes are none, end too soon, were damaged, or hold what is not known here
     */
    public static long read(InputStream in, RdbVisitor visitor) throws IOException {
        RdbFileReader reader = new RdbFileReader(in, visitor);
        reader.read();
        return reader.in.offset();
    }

    private void read() throws IOException {
        in.take(9);
        Bytes magic = Bytes.wrap(in.element(0));
        if (!begins(magic)) {
            throw RdbFileInput.refused(0, "no RDB file begins with \"" + magic + "\"");
        }
        version = Integer.parseInt(magic.latin1().substring(6));
        if (version < VERSION_MIN) {
            throw RdbFileInput.refused(0, "a file of version " + version + ", older than Redis 2.6");
        }
        while (true) {
            in.beginElement();
            long at = in.offset();
            int type = in.oneByte();
            if (type == END) {
                break;
            }
            readPart(type, at);
        }
        requireChecksum();
    }

    private void requireChecksum() throws IOException {
        in.checksNoMore();
        long at = in.offset();
        long announced = in.littleEndian(Long.BYTES);
        // Redis writes none where it was told not to.
        if (announced != 0 && announced != in.crc()) {
            throw RdbFileInput.refused(at, "the checksum of the file is another: bytes before were changed");
        }
    }

    private void readPart(int type, long at) throws IOException {
        switch (type) {
            case AUX -> {
                in.skipString();
                in.skipString();
            }
            case DATABASE -> {
                long number = in.length();
                if (number < 0 || number > DATABASES_MAX) {
                    throw RdbFileInput.refused(at, "no database has the number " + number);
                }
                database = (int) number;
            }
            case SIZES -> skipLengths(2);
            case SLOT_INFO -> skipLengths(3);
            case RdbWriter.FUNCTION -> visitor.function(in.string());
            case FUNCTION_OF_CANDIDATES -> throw RdbFileInput.refused(at, "functions of a candidate of Redis 7.0");
            case MODULE_AUX -> {
                String module = moduleName(in.length());
                skipModule(module);
            }
            case IDLE -> in.length();
            case FREQUENCY -> in.oneByte();
            case DEADLINE_MILLIS -> expireAtMillis = in.littleEndian(Long.BYTES);
            case DEADLINE_SECONDS -> expireAtMillis = in.littleEndian(4) * 1_000;
            default -> {
                readValue(type, at);
                expireAtMillis = Deadline.NONE;
            }
        }
    }

    private void skipLengths(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }

    private void readValue(int code, long at) throws IOException {
        if (code == MODULE) {
            Bytes key = in.string();
            String module = moduleName(in.length());
            skipModule(module);
            visitor.module(database, key, module);
            return;
        }
        RdbType type = RdbType.of(code);
        if (type == null) {
            String what = code == MODULE_WITHOUT_END ? "a value of a module of Redis 4" : "the type or part " + code;
            throw RdbFileInput.refused(at, what + " is not known here");
        }
        Bytes key = in.string();
        in.beginElement(code);
        try {
            RdbValues.skip(type, in);
        } catch (RdbFileException e) {
            throw new RdbFileException(e.offset(), e.what() + ", in what the key " + key + " holds", e);
        }
        Bytes payload = RdbWriter.sealed(in.element(RdbWriter.FOOTER_BYTES), Math.min(version, RdbPayload.VERSION_MAX));
        visitor.value(database, key, expireAtMillis, payload);
    }

    // --- modules -----------------------------------------------------------------------------------------------------

    private static final int MODULE_END = 0;
    private static final int MODULE_SIGNED = 1;
    private static final int MODULE_UNSIGNED = 2;
    private static final int MODULE_FLOAT = 3;
    private static final int MODULE_DOUBLE = 4;
    private static final int MODULE_STRING = 5;

    private static final String MODULE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /** Nine letters of six bits each, and ten bits of a version. */
    private static String moduleName(long id) {
        byte[] name = new byte[9];
        for (int i = 0; i < name.length; i++) {
            name[i] = (byte) MODULE_LETTERS.charAt((int) (id >>> 58 - 6 * i) & 0x3f);
        }
        return new String(name, StandardCharsets.US_ASCII);
    }

    private void skipModule(String module) throws IOException {
        while (true) {
            // Nobody wants what it holds: no memory for it.
            in.beginElement();
            long at = in.offset();
            long form = in.length();
            if (form == MODULE_END) {
                return;
            }
            switch ((int) form) {
                case MODULE_SIGNED, MODULE_UNSIGNED -> in.length();
                case MODULE_FLOAT -> in.take(4);
                case MODULE_DOUBLE -> in.take(8);
                case MODULE_STRING -> in.skipString();
                default -> throw RdbFileInput.refused(at, "something of the module " + module + " without an end");
            }
        }
    }
}
