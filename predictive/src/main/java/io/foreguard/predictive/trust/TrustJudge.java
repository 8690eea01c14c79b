package io.foreguard.predictive.trust;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the trust in one version of a model from what its monitors say. Not thread-safe: the
 * trusted model's lock guards it.
 */
final class TrustJudge {
  private static final double DRIFTED_SHARE = .5;
  private static final int LONGEST_REST = 64;

  private final TrustConfig config;
  final ModelDuel duel;
  final CalibrationMonitor own;
  final CalibrationMonitor byDefault;
  final DriftMonitor drift;
  private TrustState state;
  private String reason;
  private long judged;
  private long restUntil;
  private int restFactor = 1;
  private boolean mayRest;

  TrustJudge(TrustConfig config, DriftMonitor drift, String reason) {
    this.config = config;
    this.drift = drift;
    this.reason = config.mustProve ? reason : "trusted from the start";
    state = config.mustProve ? TrustState.SHADOW : TrustState.TRUSTED;
    duel = new ModelDuel(config.promotionLevel, config.demotionBar, config.cell.toNanos());
    own = new CalibrationMonitor(config.calibrationMemory);
    byDefault = new CalibrationMonitor(config.calibrationMemory);
  }

  TrustState state() {
    return state;
  }

  String reason() {
    return reason;
  }

  long judged() {
    return judged;
  }

  /** Takes one call; returns why trust has changed, null if it has not. */
  @Nullable String judge(
      long start, long now, double forecast, double defaultForecast, boolean success) {
    judged++;
    boolean closed = duel.record(start, now, forecast, defaultForecast, success);
    if (closed) {
      own.closeCell();
      byDefault.closeCell();
    }
    own.record(forecast, success);
    byDefault.record(defaultForecast, success);
    return closed ? decide(now) : null;
  }

  @Nullable String decide(long now) {
    if (state == TrustState.TRUSTED) {
      String fault = fault();
      return fault == null ? null : demote(fault, now);
    }
    boolean rested = !mayRest || now - restUntil >= 0;
    if (!rested || !duel.isBetter() || isMiscalibrated()) {
      return null;
    }
    state = TrustState.TRUSTED;
    reason =
        String.format(
            Locale.ROOT,
            "its log loss is smaller than the default model's, by %.3f per call of late",
            duel.meanGain());
    duel.restart();
    return reason;
  }

  private @Nullable String fault() {
    if (duel.isWorse()) {
      return String.format(
          Locale.ROOT,
          "its log loss is larger than the default model's, by %.3f per call of late",
          -duel.meanGain());
    }
    if (isMiscalibrated()) {
      return String.format(
          Locale.ROOT,
          "its calibration error is %.3f, at least %.3f with confidence",
          own.error(),
          own.errorAtLeast());
    }
    if (duel.meanGain() <= 0 && drift.driftedShare(config.mostDrift) >= DRIFTED_SHARE) {
      return "it is no better than the default model and its features have drifted: "
          + drift.drifted(config.mostDrift);
    }
    return null;
  }

  private boolean isMiscalibrated() {
    double atLeast = own.errorAtLeast();
    return atLeast > config.mostCalibrationError && atLeast > byDefault.error();
  }

  private String demote(String fault, long now) {
    state = TrustState.DEMOTED;
    reason = fault;
    mayRest = true;
    restUntil = now + restFactor * config.rest.toNanos();
    restFactor = Math.min(LONGEST_REST, 2 * restFactor);
    duel.restart();
    return fault;
  }
}
