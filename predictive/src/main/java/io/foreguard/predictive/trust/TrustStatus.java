package io.foreguard.predictive.trust;

import java.util.List;

/**
 * Figures of a {@link TrustedModel} at one moment. Immutable.
 *
 * @param state how far it is trusted
 * @param reason why, in words
 * @param judgedCalls calls whose outcome was held against a forecast, since the model's version
 *     came
 * @param unjudgedCalls calls that were not, because the model abstained when they started, or two
 *     ended at the same instant
 * @param calibrationError expected calibration error of the model, in [0, 1]; 0 before the first
 *     call
 * @param calibrationErrorAtLeast what of it is there with confidence
 * @param defaultCalibrationError the same error of the default model on the same calls
 * @param brierScore mean square error of the model; 0 before the first call
 * @param logLoss mean log loss of the model in nats per call; 0 before the first call
 * @param meanGain by how much its log loss has lately been smaller than the default model's
 * @param promotionEvidence natural logarithm of evidence over what promotion takes: 0 is enough
 * @param demotionEvidence natural logarithm of evidence over what demotion takes: 0 is enough
 * @param drift largest population stability index of its features, 0 or more
 * @param drifted names of the features that have drifted with confidence
 */
public record TrustStatus(
    TrustState state,
    String reason,
    long judgedCalls,
    long unjudgedCalls,
    double calibrationError,
    double calibrationErrorAtLeast,
    double defaultCalibrationError,
    double brierScore,
    double logLoss,
    double meanGain,
    double promotionEvidence,
    double demotionEvidence,
    double drift,
    List<String> drifted) {
  /** Copies the list. */
  public TrustStatus {
    drifted = List.copyOf(drifted);
  }
}
