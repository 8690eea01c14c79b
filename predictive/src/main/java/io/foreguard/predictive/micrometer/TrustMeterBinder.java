package io.foreguard.predictive.micrometer;

import io.foreguard.internal.Require;
import io.foreguard.predictive.trust.TrustState;
import io.foreguard.predictive.trust.TrustStatus;
import io.foreguard.predictive.trust.TrustedModel;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Gauges of one {@link TrustedModel}, tagged with its dependency's name, beyond the calibration
 * error and the drift that {@link io.foreguard.micrometer.ForeguardMeterBinder} has. No value is
 * ever NaN; the model is no tag, since the tags of a gauge cannot change. Thread-safe.
 */
public final class TrustMeterBinder implements MeterBinder, AutoCloseable {
  private final TrustedModel model;
  private final List<Runnable> removals = new ArrayList<>();
  private boolean closed;

  private TrustMeterBinder(TrustedModel model) {
    this.model = model;
  }

  /** A binder for {@code model}. */
  public static TrustMeterBinder of(TrustedModel model) {
    return new TrustMeterBinder(Require.nonNull(model, "model"));
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Require.nonNull(meters, "meters");
    synchronized (removals) {
      if (closed) {
        return;
      }
      for (TrustMeter meter : TrustMeter.values()) {
        bind(meter, meters);
      }
    }
  }

  private void bind(TrustMeter meter, MeterRegistry meters) {
    ToDoubleFunction<TrustedModel> value = watched -> meter.value.applyAsDouble(watched.status());
    Meter made =
        Gauge.builder(meter.meterName, model, value)
            .description(meter.description)
            .tag("name", model.dependency())
            .strongReference(true)
            .register(meters);
    removals.add(() -> meters.remove(made));
  }

  /** Removes the gauges. Closing twice does nothing. */
  @Override
  public void close() {
    synchronized (removals) {
      closed = true;
      removals.forEach(Runnable::run);
      removals.clear();
    }
  }

  /** The table of all meters. */
  enum TrustMeter {
    GAIN(
        "foreguard.prediction.gain",
        "By how much its log loss has lately been smaller than the default model's, in nats",
        TrustStatus::meanGain),
    PROMOTION_EVIDENCE(
        "foreguard.prediction.promotion.evidence",
        "Logarithm of evidence over what promotion takes: 0 is enough",
        TrustStatus::promotionEvidence),
    DEMOTION_EVIDENCE(
        "foreguard.prediction.demotion.evidence",
        "Logarithm of evidence over what demotion takes: 0 is enough",
        TrustStatus::demotionEvidence),
    TRUSTED(
        "foreguard.prediction.trusted",
        "1 while the learned model is trusted, 0 while it is not",
        status -> status.state() == TrustState.TRUSTED ? 1 : 0);

    final String meterName;
    final String description;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final ToDoubleFunction<TrustStatus> value;

    TrustMeter(String meterName, String description, ToDoubleFunction<TrustStatus> value) {
      this.meterName = meterName;
      this.description = description;
      this.value = value;
    }
  }
}
