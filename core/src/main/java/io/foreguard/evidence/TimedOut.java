package io.foreguard.evidence;

/**
 * Implemented by exceptions that mean: no answer within the deadline. The default classifier counts
 * them as {@link Outcome#TIMEOUT}.
 */
public interface TimedOut {}
