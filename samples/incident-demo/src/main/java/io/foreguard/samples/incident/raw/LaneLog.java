package io.foreguard.samples.incident.raw;

import java.util.List;

/**
 * Everything that was logged of one lane, in order of time. Immutable.
 *
 * @param lane name of the protection that was played
 * @param phases the phases as played
 * @param calls the inbound calls
 * @param requests what reached the points engine
 * @param states the sampled states
 */
public record LaneLog(
    String lane,
    List<Phase> phases,
    List<CallRow> calls,
    List<EngineRow> requests,
    List<StateRow> states) {

  /** Copies the lists. */
  public LaneLog {
    phases = List.copyOf(phases);
    calls = List.copyOf(calls);
    requests = List.copyOf(requests);
    states = List.copyOf(states);
  }
}
