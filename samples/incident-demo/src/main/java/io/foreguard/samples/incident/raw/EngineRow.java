package io.foreguard.samples.incident.raw;

/**
 * One request that the points engine took. Immutable.
 *
 * @param id the id of the inbound call that caused it
 * @param arrivedMs when it arrived, in milliseconds since the lane started
 * @param durationMs how long the engine was busy with it, queueing included, in milliseconds
 * @param status status of the answer, 0 when there was none
 * @param abandoned whether the client was gone before the answer
 */
public record EngineRow(
    String id, double arrivedMs, double durationMs, int status, boolean abandoned) {

  /**
   * Returns whether the request was of no use to anybody: it ended in an error, or nobody waited
   * for its answer.
   */
  public boolean wasted() {
    return abandoned || status != 200;
  }
}
