package io.ratiskv.lua;

import java.util.EnumSet;
import java.util.Set;

/** The kinds of words of the language. */
enum Token {
    AND("and"),
    BREAK("break"),
    DO("do"),
    ELSE("else"),
    ELSEIF("elseif"),
    END("end"),
    FALSE("false"),
    FOR("for"),
    FUNCTION("function"),
    IF("if"),
    IN("in"),
    LOCAL("local"),
    NIL("nil"),
    NOT("not"),
    OR("or"),
    REPEAT("repeat"),
    RETURN("return"),
    THEN("then"),
    TRUE("true"),
    UNTIL("until"),
    WHILE("while"),
    CONCAT(".."),
    DOTS("..."),
    EQUAL("=="),
    GREATER_OR_EQUAL(">="),
    LESS_OR_EQUAL("<="),
    NOT_EQUAL("~="),
    NUMBER("<number>"),
    NAME("<name>"),
    STRING("<string>"),
    END_OF_SOURCE("<eof>"),
    /** One character that is a word by itself. */
    CHARACTER("");

    /** The reserved names. */
    static final Set<Token> RESERVED = EnumSet.range(AND, WHILE);

    private final String text;

    Token(String text) {
        this.text = text;
    }

    /** As error texts show it. */
    String text() {
        return text;
    }
}
