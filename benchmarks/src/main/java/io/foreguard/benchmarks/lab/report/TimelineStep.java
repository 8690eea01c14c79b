package io.foreguard.benchmarks.lab.report;

/**
 * What happened in one step of a plot. Immutable.
 *
 * @param family of the world
 * @param policy by name
 * @param second start of the step
 * @param offered requests per second
 * @param succeeded answers per second
 * @param failed failed attempts per second
 * @param rejected requests rejected per second
 */
public record TimelineStep(
    String family,
    String policy,
    double second,
    double offered,
    double succeeded,
    double failed,
    double rejected) {}
