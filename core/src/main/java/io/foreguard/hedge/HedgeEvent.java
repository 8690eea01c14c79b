package io.foreguard.hedge;

import java.time.Duration;
import java.time.Instant;

/** Something that happened to a call under a {@link Hedge}. Immutable. */
public sealed interface HedgeEvent
    permits HedgeEvent.Hedged, HedgeEvent.HedgeWon, HedgeEvent.Refused {
  /** Name of the hedge. */
  String hedge();

  /** Wall-clock time, to be shown and not to be computed with. */
  Instant time();

  /** Attempts of the call that have been started so far, at least 1. */
  int attempts();

  /** Another attempt is about to start beside those under way. */
  sealed interface Hedged extends HedgeEvent permits HedgeEvents.HedgedRecord {
    /** How long the attempt before had been under way. */
    Duration delay();
  }

  /** A call was answered by another attempt than its first. */
  sealed interface HedgeWon extends HedgeEvent permits HedgeEvents.HedgeWonRecord {}

  /** A hedge was due and did not take place. */
  sealed interface Refused extends HedgeEvent permits HedgeEvents.RefusedRecord {
    /** Why it did not. */
    RefusalReason reason();
  }
}
