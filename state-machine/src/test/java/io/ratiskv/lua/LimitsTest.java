package io.ratiskv.lua;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A script ends by what it took, at the same step on every machine, and reaches the end of neither stack nor heap. */
class LimitsTest {
    private static final long STEPS_MAX = 2_000_000;
    private static final long BYTES_MAX = 4 << 20;

    /** Half of what threads have by default. */
    private static final long STACK_BYTES = 512 << 10;

    private static String results(String source) {
        return results(source, STEPS_MAX);
    }

    private static String results(String source, long stepsMax) {
        AtomicReference<String> results = new AtomicReference<>();
        Thread thread = new Thread(
                null, () -> results.set(new Snippets().results(source, stepsMax, BYTES_MAX)), "small", STACK_BYTES);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        String text = results.get();
        assertNotNull(text, source);
        return text;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while true do end",
                "repeat until false",
                "for i = 1, 1e300 do end",
                "local function f() return f() end f()",
                "while true do pcall(error) end",
                "local function f(...) return f(1, ...) end f()",
                "while true do pcall(pcall, error) end",
                "local f = function() while true do end end while true do pcall(f) end",
                "while true do coroutine.wrap(function() end)() end",
                "local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
                "local t = setmetatable({}, {__index = function() return 1 end}) while true do local x = t.x end",
                "for k in next, {1}, nil do while true do end end",
                "return string.find(string.rep('a', 1e6), string.rep('a?', 100) .. 'b')",
                "return string.find(string.rep('a', 30), string.rep('a?', 30) .. string.rep('a', 30))",
                "return string.find(string.rep('a', 1e5), '.-.-.-.-b')",
                "return string.find(string.rep('a', 1e4), '(.*)(.*)(.*)(.*)b')",
                "local s = string.rep('(', 1e4) while true do string.match(s, '%b()') end",
                "local s = string.rep('a', 1e5) while true do string.find(s, 'ab', 1, true) end",
                "local s = string.rep('a', 1e4) while true do s:upper() end",
                "while true do string.format('%99.99f', 1e300) end",
                "while true do tostring(0.1) end",
                "local a = string.rep('k', 1e4) local t = {} while true do t[a .. 'x'] = 1 end",
                "local t = {} for i = 1, 1e4 do t[i] = i % 7 end while true do table.sort(t) end",
                "local t = {} for i = 1, 1e4 do t[i] = true end for i = 1, 1e4 do t[i] = nil end while true do next(t) end",
                "table.insert({}, -1e9, 1)",
                "local t = {} for i = 1, 1e3 do t[i] = 1 end while true do table.insert(t, 1, 1) t[#t] = nil end",
                "while true do unpack({}, 1, 7000) end",
                "while true do loadstring('return 1') end",
                "while true do cjson.decode('[1,2,3]') end",
                "while true do cmsgpack.pack({1, 2, 3}) end",
            })
    void what_goes_on_without_end_is_stopped_by_its_steps(String source) {
        assertEquals("STOPPED it took more than 2000000 steps", results(source), source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return string.rep('x', 1e9)",
                "return string.rep('x', 2^31 - 1)",
                "while true do pcall(string.rep, 'x', 1e9) end",
                "local s = 'x' while true do s = s .. s end",
                "local s = 'x' while true do s = s:gsub('x', 'xx') end",
                "local t = {} while true do t = {t} end",
                "local t = {} while true do t[#t + 1] = {} end",
                "local t = {} for i = 1, 1e9 do t[i] = i end",
                "local t = {} for i = 1, 1e9 do t['k' .. i] = i end",
                "local t = {} while true do local x = #t t[#t + 1] = function() return x end end",
                "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
                "local t = {} for i = 1, 7000 do t[i] = i end local function f(...) return 1 + f(...) end f(unpack(t))",
                "local s = string.rep('x', 1e5) local t = {} for i = 1, 1e3 do t[i] = s end return table.concat(t)",
                "return cjson.encode(string.rep('\\0', 2e6))",
                "return cjson.decode('[' .. string.rep('[],', 5e5) .. '1]')",
                "return cjson.decode('[\"' .. string.rep('\\\\n', 8e5) .. '\"]')",
                "return cmsgpack.pack(string.rep('x', 15e5), string.rep('x', 15e5))",
                "return string.gsub(string.rep('a', 1e5), 'a', string.rep('b', 1000))",
                "return string.gsub(string.rep('a', 1e5), 'a', function() return string.rep('b', 1000) end)",
                "return struct.pack(string.rep('x', 1e6) .. 'c1000000', string.rep('x', 1e6))",
                "return loadstring(string.rep('x = 1 ', 1e5))",
                "return load(function() return string.rep('x', 1e5) end)",
                "return string.format('%s', string.rep('x', 3e6)) .. string.rep('x', 3e6)",
            })
    void what_grows_without_end_is_stopped_by_its_bytes(String source) {
        assertEquals("STOPPED it held more than 4194304 bytes", results(source, 20 * STEPS_MAX), source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for i = 1, 1e4 do local s = string.rep('x', 1e4) end return 'ok'",
                "for i = 1, 1e4 do local t = {} for j = 1, 10 do t[j] = {j} end end return 'ok'",
                "for i = 1, 100 do local t = {} for j = 1, 1e3 do t[j] = i .. ':' .. j end end return 'ok'",
                "for i = 1, 2000 do coroutine.wrap(function() coroutine.yield(string.rep('x', 1000)) end)() end return 'ok'",
                "local s for i = 1, 100 do s = cjson.encode({string.rep('x', 1e5)}) end return 'ok'",
                "local s for i = 1, 100 do s = table.concat({string.rep('x', 1e5), 'y'}) end return 'ok'",
                "for i = 1, 200 do pcall(string.gsub, string.rep('x', 1e5), 'x', function() error('e') end) end return 'ok'",
                "for i = 1, 200 do pcall(cjson.decode, '[\"' .. string.rep('x', 1e5) .. '\"') end return 'ok'",
            })
    void garbage_is_not_held_against_a_script(String source) {
        assertEquals("true\tok", new Snippets().results(source, 200_000_000, BYTES_MAX), source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local function f() f() end f()",
                "local function f() return 1 + f() end f()",
                "local function f() return pcall(f) end return select(-1, f())",
                "local function f() return xpcall(f, f) end return select(-1, f())",
                "local function f() return coroutine.wrap(f)() end f()",
                "local function f(t) return table.sort({1, 2, 3}, f) end f()",
                "local function f() return string.gsub('x', 'x', f) end f()",
                "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
                "local t = setmetatable({}, {}) getmetatable(t).__newindex = function(t, k, v) t[k] = v end t.x = 1",
                "local t = setmetatable({}, {}) getmetatable(t).__add = function(a, b) return a + b end return t + t",
                "local t = setmetatable({}, {}) getmetatable(t).__concat = function(a, b) return a .. b end return t .. t",
                "local m = {} m.__eq = function(a, b) return a == b end return setmetatable({}, m) == setmetatable({}, m)",
                "local m = {} m.__lt = function(a, b) return a < b end return setmetatable({}, m) < setmetatable({}, m)",
                "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) return tostring(t)",
                "local t = {} setmetatable(t, {__index = t}) return t.x",
                "local t = {} for i = 1, 200 do t = setmetatable({}, {__index = t}) end return t.x",
                "local t = {} for i = 1, 200 do t = setmetatable({}, {__call = t}) end return t()",
                "return cjson.decode(string.rep('[', 1e5))",
                "local t = {} for i = 1, 2000 do t = {t} end return cjson.encode(t)",
                "local t = {} t[1] = t return cjson.encode(t)",
                "local t = {} t[1] = t return #cmsgpack.pack(t)",
                "return cmsgpack.unpack(string.rep('\\145', 1e5))",
                "return string.match('x', string.rep('(', 40))",
                "return string.match(string.rep('x', 1000), string.rep('x?', 300))",
                "return string.match('x', string.rep('%(', 1000))",
                "local s = 'return ' .. string.rep('(', 180) .. '1' .. string.rep(')', 180) return loadstring(s)()",
                "local s = 'return ' .. string.rep('{', 180) .. string.rep('}', 180) return type(loadstring(s)())",
                "local s = 'return ' .. string.rep('a+', 490) .. 'a' return type(loadstring(s))",
                "local s = 'return ' .. string.rep('(', 150) .. string.rep('a+', 490) .. 'a' .. string.rep(')', 150)"
                        + " local function f(n) if n == 0 then return loadstring(s) end"
                        + " return select(2, pcall(f, n - 1)) end return type(f(30)), f(100), f(180)",
                "return loadstring('return ' .. string.rep('(', 1e4))",
                "return loadstring('return ' .. string.rep('1+', 1e4) .. '1')",
                "return loadstring('return ' .. string.rep('-', 1e4) .. '1')",
                "return loadstring('return ' .. string.rep('not ', 1e4) .. '1')",
                "return loadstring('return ' .. string.rep('{', 1e4))",
                "return loadstring('return ' .. string.rep('a.', 1e4) .. 'a')",
                "return loadstring('return ' .. string.rep('a(', 1e4) .. 'a')",
                "return loadstring('return a' .. string.rep('()', 1e4))",
                "return loadstring('return ' .. string.rep('a..', 1e4) .. 'a')",
                "return loadstring('return ' .. string.rep('a or ', 1e4) .. 'a')",
                "return loadstring('return ' .. string.rep('2^', 1e4) .. '2')",
                "return loadstring(string.rep('if true then ', 1e4))",
                "return loadstring(string.rep('do ', 1e4))",
                "return loadstring(string.rep('while true do ', 1e4))",
                "return loadstring('return ' .. string.rep('function() return ', 1e4))",
                "return loadstring('local ' .. string.rep('a,', 1e4) .. 'a')",
                "return loadstring(string.rep('a,', 1e4) .. 'a = 1')",
                "return loadstring('return f(' .. string.rep('a,', 1e4) .. 'a)')",
                "return loadstring('return {' .. string.rep('a,', 1e4) .. 'a}')",
                "local s = {} for i = 1, 300 do s[i] = 'local a' .. i .. ' = ' .. i end return loadstring(table.concat(s, '\\n'))",
                "local s = {} for i = 1, 100 do s[i] = 'local a' .. i end return loadstring(table.concat(s, '\\n')"
                        + " .. ' return function() return a' .. table.concat(s, ' + a'):gsub('local ', '') .. ' end')",
                "return unpack({}, 1, 1e8)",
                "return unpack({}, -2^31, 2^31 - 1)",
                "return ('x'):rep(8000):byte(1, -1)",
                "return string.char(unpack({}, 1, 10))",
                "local t = {} t[2^30] = 1 t[2^53] = 2 return #t, t[2^30]",
                "return ('x'):sub(-2^31, 2^31), ('x'):sub(2^53), ('x'):byte(2^31)",
                "return bit.tohex(1, 1e9), bit.lshift(1, 1e9), bit.tobit(1/0)",
                "return math.random",
                "return table.concat({}, 'x', 2^31 - 2, 2^31 - 1)",
                "error()",
                "error(setmetatable({}, {__tostring = function() error('x') end}))",
            })
    void what_nests_deeply_is_an_error_or_succeeds(String source) {
        String results = results(source);
        assertEquals(results, results(source), "it ends differently each time");
    }
}
