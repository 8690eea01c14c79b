package io.foreguard.samples.incident.raw;

/**
 * What a process said of itself at one moment. Numbers it does not have are NaN. Immutable.
 *
 * @param atMs when it was asked, in milliseconds since the lane started
 * @param service {@code call-routing}, {@code loyalty-lookup} or {@code points-engine}
 * @param state state of the service's guard, or the fault that the engine plays; {@code
 *     unreachable} without an answer
 * @param share share of the traffic that the guard admits, 0 to 1
 * @param probability probability that a call succeeds, by the guard's model
 * @param lower lower end of the probability's interval
 * @param upper upper end of the probability's interval
 * @param threshold probability below which the guard finds a call not worth sending
 * @param admitted calls admitted so far
 * @param rejected calls rejected so far
 * @param probes probes sent so far
 * @param inFlight requests in the engine
 * @param queued requests waiting in the engine
 */
public record StateRow(
    double atMs,
    String service,
    String state,
    double share,
    double probability,
    double lower,
    double upper,
    double threshold,
    double admitted,
    double rejected,
    double probes,
    double inFlight,
    double queued) {}
