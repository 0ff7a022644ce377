package io.ratiskv.script;

import io.ratiskv.api.Bytes;
import io.ratiskv.api.Reply;
import io.ratiskv.lua.Args;
import io.ratiskv.lua.Lua;
import io.ratiskv.lua.LuaString;
import io.ratiskv.lua.LuaTable;
import io.ratiskv.value.DoubleText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replies as values of Lua and back, by Redis' rules for either RESP version. Stateless. */
final class Replies {
    /** Tables inside each other; what is deeper is an error in the reply. */
    private static final int DEPTH_MAX = 128;

    /** Steps for each element of a reply. */
    private static final int ELEMENT_STEPS = 4;

    /** Bytes for each element of what is returned. */
    private static final int ELEMENT_BYTES = 32;

    private static final LuaString OK = LuaString.constant("ok");
    private static final LuaString ERR = LuaString.constant("err");
    private static final LuaString IGNORED = LuaString.constant("ignore_error_stats_update");
    private static final LuaString DOUBLE = LuaString.constant("double");
    private static final LuaString BIG_NUMBER = LuaString.constant("big_number");
    private static final LuaString VERBATIM = LuaString.constant("verbatim_string");
    private static final LuaString FORMAT = LuaString.constant("format");
    private static final LuaString STRING = LuaString.constant("string");
    private static final LuaString MAP = LuaString.constant("map");
    private static final LuaString SET = LuaString.constant("set");

    private Replies() {}

    // --- to Lua -------------------------------------------------------------------------------------------------

    static @Nullable Object toLua(Lua lua, Reply reply, int protocol) {
        lua.meter().spend(ELEMENT_STEPS);
        boolean three = protocol >= 3;
        return switch (reply) {
            case Reply.Bulk bulk -> string(lua, bulk.value());
            case Reply.Int number -> (double) number.value();
            case Reply.Simple status -> single(lua, OK, lua.string(status.text()));
            case Reply.Failure failure -> {
                LuaTable error = error(lua, "-" + failure.text());
                error.set(IGNORED, true);
                yield error;
            }
            case Reply.Null none -> three ? null : Boolean.FALSE;
            case Reply.Array array -> array(lua, array.elements(), protocol);
            case Reply.Push push -> array(lua, push.elements(), protocol);
            case Reply.Map map ->
                three ? single(lua, MAP, map(lua, map.keysAndValues())) : array(lua, map.keysAndValues(), protocol);
            case Reply.Set set ->
                three ? single(lua, SET, set(lua, set.elements())) : array(lua, set.elements(), protocol);
            case Reply.Decimal decimal ->
                three ? single(lua, DOUBLE, decimal.value()) : lua.string(DoubleText.shortest(decimal.value()));
            case Reply.Bool bool -> three ? Boolean.valueOf(bool.value()) : Double.valueOf(bool.value() ? 1 : 0);
            case Reply.BigNumber number ->
                three ? single(lua, BIG_NUMBER, lua.string(number.digits())) : lua.string(number.digits());
            case Reply.Verbatim verbatim -> three ? verbatim(lua, verbatim) : string(lua, verbatim.text());
            case Reply.Blocked blocked -> toLua(lua, blocked.refused(), protocol);
        };
    }

    private static LuaString string(Lua lua, Bytes bytes) {
        return lua.string(bytes.owned().array());
    }

    private static LuaTable single(Lua lua, LuaString field, Object value) {
        LuaTable table = lua.newTable(0, 1);
        table.set(field, value);
        return table;
    }

    private static LuaTable array(Lua lua, List<Reply> elements, int protocol) {
        LuaTable table = lua.newTable(elements.size(), 0);
        lua.hold(table);
        for (int i = 0; i < elements.size(); i++) {
            table.set(i + 1, toLua(lua, elements.get(i), protocol));
        }
        lua.release();
        return table;
    }

    private static LuaTable map(Lua lua, List<Reply> keysAndValues) {
        LuaTable table = lua.newTable(0, keysAndValues.size() / 2);
        lua.hold(table);
        for (int i = 0; i + 1 < keysAndValues.size(); i += 2) {
            Object key = toLua(lua, keysAndValues.get(i), 3);
            Object value = toLua(lua, keysAndValues.get(i + 1), 3);
            if (key != null) {
                table.set(key, value);
            }
        }
        lua.release();
        return table;
    }

    private static LuaTable set(Lua lua, List<Reply> elements) {
        LuaTable table = lua.newTable(0, elements.size());
        lua.hold(table);
        for (Reply element : elements) {
            Object member = toLua(lua, element, 3);
            if (member != null) {
                table.set(member, true);
            }
        }
        lua.release();
        return table;
    }

    private static LuaTable verbatim(Lua lua, Reply.Verbatim verbatim) {
        LuaTable inner = lua.newTable(0, 2);
        inner.set(STRING, string(lua, verbatim.text()));
        inner.set(FORMAT, lua.string(verbatim.format()));
        return single(lua, VERBATIM, inner);
    }

    /**
     * A table with an error: {@code -CODE text}, or a text alone, whose code is ERR.
     *
     * @param message a minus sign alone before its first word makes that the code
     */
    static LuaTable error(Lua lua, String message) {
        String code = "ERR";
        String text = message;
        if (message.startsWith("-")) {
            int space = message.indexOf(' ');
            text = space < 0 ? message.substring(1) : message.substring(space + 1);
            code = space < 0 ? code : message.substring(1, space);
        }
        return single(lua, ERR, lua.string(code + " " + trimmed(text)));
    }

    private static String trimmed(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isLineBreak(text.charAt(from))) {
            from++;
        }
        while (to > from && isLineBreak(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isLineBreak(char c) {
        return c == '\r' || c == '\n';
    }

    /** An error's text as a reply: line breaks would end it. */
    static Reply failure(String text) {
        return Reply.error(trimmed(text).replace('\r', ' ').replace('\n', ' '));
    }

    // --- from Lua -----------------------------------------------------------------------------------------------

    /** What a script returned. Each element counts, however often the script refers to the same value. */
    static Reply toReply(Lua lua, @Nullable Object value, int protocol) {
        return toReply(lua, value, protocol, 0);
    }

    private static Reply toReply(Lua lua, @Nullable Object value, int protocol, int depth) {
        lua.meter().spend(ELEMENT_STEPS);
        lua.meter().keep(ELEMENT_BYTES);
        if (value instanceof LuaString string) {
            return bulk(lua, string);
        }
        if (value instanceof Double number) {
            return Reply.of(Args.toLong(number));
        }
        if (value instanceof Boolean bool) {
            return protocol == 2 ? bool ? Reply.of(1) : Reply.NULL : new Reply.Bool(bool);
        }
        if (value instanceof LuaTable table) {
            return depth == DEPTH_MAX
                    ? Reply.error("ERR reached lua stack limit")
                    : table(lua, table, protocol, depth + 1);
        }
        return Reply.NULL;
    }

    private static Reply bulk(Lua lua, LuaString string) {
        lua.meter().keep(string.length());
        return Reply.bulk(string.toBytes());
    }

    private static Reply table(Lua lua, LuaTable table, int protocol, int depth) {
        if (table.get(ERR) instanceof LuaString error) {
            return failure(error.toString());
        }
        if (table.get(OK) instanceof LuaString status) {
            return new Reply.Simple(oneLine(status));
        }
        if (table.get(DOUBLE) instanceof Double number) {
            return new Reply.Decimal(number);
        }
        if (table.get(BIG_NUMBER) instanceof LuaString digits) {
            return new Reply.BigNumber(oneLine(digits));
        }
        if (table.get(VERBATIM) instanceof LuaTable verbatim
                && verbatim.get(FORMAT) instanceof LuaString format
                && verbatim.get(STRING) instanceof LuaString text) {
            lua.meter().keep(text.length());
            return new Reply.Verbatim((format.toBytes().latin1() + "   ").substring(0, 3), text.toBytes());
        }
        if (table.get(MAP) instanceof LuaTable map) {
            List<Reply> keysAndValues = new ArrayList<>();
            map.forEach((key, value) -> {
                keysAndValues.add(toReply(lua, key, protocol, depth));
                keysAndValues.add(toReply(lua, value, protocol, depth));
            });
            return new Reply.Map(keysAndValues);
        }
        if (table.get(SET) instanceof LuaTable set) {
            List<Reply> members = new ArrayList<>();
            set.forEach((key, value) -> members.add(toReply(lua, key, protocol, depth)));
            return new Reply.Set(members);
        }
        List<Reply> elements = new ArrayList<>();
        for (int i = 1; ; i++) {
            Object element = table.get(i);
            if (element == null) {
                return Reply.array(elements);
            }
            elements.add(toReply(lua, element, protocol, depth));
        }
    }

    private static String oneLine(LuaString text) {
        return text.toString().replace('\r', ' ').replace('\n', ' ');
    }
}
