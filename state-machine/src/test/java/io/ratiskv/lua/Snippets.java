package io.ratiskv.lua;

import java.nio.charset.StandardCharsets;

/** Runs sources in a run of their own, as the tests of the language need it. */
final class Snippets {
    private static final String SHOW = """
            local function show(ok, ...)
              local t = {tostring(ok)}
              for i = 1, select('#', ...) do t[i + 1] = tostring((select(i, ...))) end
              return table.concat(t, '\\t')
            end
            local f, e = loadstring(SOURCE, '=c')
            if not f then return 'COMPILE ' .. e end
            return show(pcall(f))
            """;

    private final Libraries libraries = new Libraries();
    private final Prototype show = Lua.compile(SHOW.getBytes(StandardCharsets.UTF_8), "@show");

    /** The results of a source as text, tab by tab behind whether it succeeded; one character for each byte. */
    String results(String source, long stepsMax, long bytesMax) {
        Lua lua = new Lua(libraries, stepsMax, bytesMax, this);
        try {
            libraries
                    .globals()
                    .set(LuaString.constant("SOURCE"), lua.string(source.getBytes(StandardCharsets.ISO_8859_1)));
            Object text = lua.callForOne(lua.closure(show));
            return text instanceof LuaString string ? string.toBytes().latin1() : "no text: " + text;
        } catch (Exhausted e) {
            return "STOPPED " + e.what();
        } catch (LuaError e) {
            return "FAILED " + e.getMessage();
        }
    }
}
