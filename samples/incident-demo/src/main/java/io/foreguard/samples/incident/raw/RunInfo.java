package io.foreguard.samples.incident.raw;

import java.util.List;

/**
 * How a run was made. Immutable.
 *
 * @param startedAt when it started, in UTC and ISO 8601
 * @param seed seed of the arrivals, of the callers and of the faults
 * @param rate inbound calls per second on average
 * @param scale factor on the length of every phase
 * @param deadlineMs an inbound call is in time when answered within this many milliseconds
 * @param oracleDeadlineMs a rejected call would have succeeded when the engine had answered within
 *     this many milliseconds
 * @param giveUpMs the caller hangs up after this many milliseconds
 * @param sampleMs time between two samples of the states in milliseconds
 * @param customers number of customers who call
 * @param zipfExponent skew of who calls: the k-th customer calls in proportion to {@code k} to
 *     minus this power
 * @param warmUpCalls least number of calls made, and not logged, before each lane starts
 * @param machine Java version, processors and operating system
 * @param lanes the lanes in the order in which they were played
 */
public record RunInfo(
    String startedAt,
    long seed,
    double rate,
    double scale,
    double deadlineMs,
    double oracleDeadlineMs,
    double giveUpMs,
    double sampleMs,
    int customers,
    double zipfExponent,
    int warmUpCalls,
    String machine,
    List<String> lanes) {

  /** Copies the list. */
  public RunInfo {
    lanes = List.copyOf(lanes);
  }

  String toJson() {
    StringBuilder names = new StringBuilder();
    for (String lane : lanes) {
      names.append(names.isEmpty() ? "" : ", ").append(Json.quote(lane));
    }
    return String.join(
        "\n",
        "{",
        "  \"startedAt\": " + Json.quote(startedAt) + ",",
        "  \"seed\": " + Json.quote(Long.toString(seed)) + ",",
        "  \"rate\": " + rate + ",",
        "  \"scale\": " + scale + ",",
        "  \"deadlineMs\": " + deadlineMs + ",",
        "  \"oracleDeadlineMs\": " + oracleDeadlineMs + ",",
        "  \"giveUpMs\": " + giveUpMs + ",",
        "  \"sampleMs\": " + sampleMs + ",",
        "  \"customers\": " + customers + ",",
        "  \"zipfExponent\": " + zipfExponent + ",",
        "  \"warmUpCalls\": " + warmUpCalls + ",",
        "  \"machine\": " + Json.quote(machine) + ",",
        "  \"lanes\": [" + names + "]",
        "}",
        "");
  }

  static RunInfo fromJson(String text) {
    JsonObject json = Json.object(text);
    return new RunInfo(
        json.text("startedAt"),
        Long.parseLong(json.text("seed")),
        json.number("rate"),
        json.number("scale"),
        json.number("deadlineMs"),
        json.number("oracleDeadlineMs"),
        json.number("giveUpMs"),
        json.number("sampleMs"),
        (int) json.number("customers"),
        json.number("zipfExponent"),
        (int) json.number("warmUpCalls"),
        json.text("machine"),
        json.texts("lanes"));
  }
}
