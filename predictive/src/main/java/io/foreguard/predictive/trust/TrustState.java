package io.foreguard.predictive.trust;

/** How far a model is trusted. */
public enum TrustState {
  /** It has not yet proved better than the default model, which decides. */
  SHADOW,
  /** It decides, where its canary plan lets it. */
  TRUSTED,
  /** It was trusted and has lost that; the default model decides. */
  DEMOTED
}
