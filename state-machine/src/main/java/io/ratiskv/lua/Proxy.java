package io.ratiskv.lua;

import org.jspecify.annotations.Nullable;

/** What {@code newproxy} makes: an object with nothing but a metatable. Confined to its interpreter. */
final class Proxy {
    final int id;

    @Nullable
    LuaTable metatable;

    Proxy(int id, @Nullable LuaTable metatable) {
        this.id = id;
        this.metatable = metatable;
    }
}
