package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.CommandException;
import io.ratiskv.rdb.PayloadException;
import io.ratiskv.rdb.RdbPayload;
import io.ratiskv.rdb.RdbWriter;
import java.util.Collection;
import java.util.List;

/** Libraries as FUNCTION DUMP returns them, which Redis takes, and back. Stateless. */
public final class FunctionPayload {
    private FunctionPayload() {}

    public static Bytes of(Collection<Library> libraries) {
        return RdbWriter.writeFunctions(libraries.stream().map(Library::code).toList());
    }

    /**
     * The sources of the libraries.
     *
     * @throws CommandException if the bytes are no payload of libraries
     */
    public static List<Bytes> codes(Bytes payload) {
        RdbPayload opened = RdbPayload.open(payload);
        if (opened == null) {
            throw new CommandException("ERR DUMP payload version or checksum are wrong");
        }
        try {
            return opened.functions();
        } catch (PayloadException e) {
            throw new CommandException("ERR " + e.getMessage());
        }
    }
}
