package io.ratiskv.transcript;

import io.ratiskv.api.Bytes;
import java.util.OptionalLong;

/**
 * One request of a transcript and the reply it expects. Immutable.
 *
 * @param number of the line in its file, from 1
 * @param atMillis the log's clock, if the line sets it
 * @param words of the request
 * @param text the line as it is written
 */
@SuppressWarnings("ArrayRecordComponent") // handed to a request as it is
public record Line(int number, OptionalLong atMillis, Bytes[] words, Expectation expectation, String text) {}
