package io.foreguard.otel;

import static io.foreguard.otel.ForeguardAttributes.CIRCUIT_BREAKER_NAME;
import static io.foreguard.otel.ForeguardAttributes.DECISION;
import static io.foreguard.otel.ForeguardAttributes.MODEL_NAME;
import static io.foreguard.otel.ForeguardAttributes.MODEL_VERSION;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_REASON;
import static io.foreguard.otel.ForeguardAttributes.REJECTION_SHADOW;

import io.foreguard.circuitbreaker.RejectionReason;
import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.StatisticalModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.internal.Tally;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Decisions of one breaker, counted by the model they rest on. Counting under the model of the last
 * decision allocates nothing. Models beyond the first {@value #MODELS} are counted together as
 * {@value #OTHER}, since a counter's series stays for good. Thread-safe.
 */
final class Decisions {
  static final int MODELS = 16;
  static final String OTHER = "_OTHER";

  private final String breaker;
  private final ConcurrentMap<Model, OfModel> byModel = new ConcurrentHashMap<>();
  private final OfModel byDefault;
  private volatile OfModel latest;

  Decisions(String breaker, Estimate estimate) {
    this.breaker = breaker;
    SuccessModel known = StatisticalModel.instance();
    byDefault = new OfModel(new Model(known.name(), known.version()));
    byModel.put(byDefault.model, byDefault);
    latest = byDefault;
    latest = of(estimate);
  }

  /** Counts an admission that rests on the default model. */
  void admittedByDefault(boolean probe) {
    byDefault.admitted(probe);
  }

  void admitted(Estimate estimate, boolean probe) {
    of(estimate).admitted(probe);
  }

  void rejected(Estimate estimate, RejectionReason reason, boolean shadow) {
    OfModel counts = of(estimate);
    (shadow ? counts.shadowRejected : counts.rejected)[reason.ordinal()].count.increment();
  }

  /** Attributes of the model that made {@code estimate}. */
  Attributes attributes(Estimate estimate) {
    return of(estimate).attributes;
  }

  void collect(Instruments out) {
    byModel.values().forEach(counts -> counts.collect(out));
  }

  private OfModel of(Estimate estimate) {
    OfModel known = latest;
    return known.model.made(estimate) ? known : find(estimate);
  }

  private OfModel find(Estimate estimate) {
    Model model = new Model(estimate.model(), estimate.modelVersion());
    OfModel known = byModel.get(model);
    if (known == null) {
      Model counted = byModel.size() < MODELS ? model : new Model(OTHER, OTHER);
      known = byModel.computeIfAbsent(counted, OfModel::new);
    }
    if (known.model.equals(model)) {
      latest = known;
    }
    return known;
  }

  private record Model(String name, String version) {
    boolean made(Estimate estimate) {
      return name.equals(estimate.model()) && version.equals(estimate.modelVersion());
    }
  }

  private record Count(Attributes attributes, Tally count) {
    void collect(Instruments out) {
      out.count(ForeguardMetric.PREDICTION_DECISIONS, count.sum(), attributes);
    }

    void collectUnlessZero(Instruments out) {
      if (count.sum() != 0) {
        collect(out);
      }
    }
  }

  private final class OfModel {
    private final Model model;
    private final Attributes attributes;
    private final Count admitted;
    private final Count probed;
    private final Count[] rejected;
    private final Count[] shadowRejected;

    OfModel(Model model) {
      this.model = model;
      attributes =
          Attributes.of(
              CIRCUIT_BREAKER_NAME,
              breaker,
              MODEL_NAME,
              model.name(),
              MODEL_VERSION,
              model.version());
      admitted = new Count(decision("admit").build(), new Tally());
      probed = new Count(decision("probe").build(), new Tally());
      rejected = rejections(false);
      shadowRejected = rejections(true);
    }

    void admitted(boolean probe) {
      (probe ? probed : admitted).count.increment();
    }

    void collect(Instruments out) {
      admitted.collect(out);
      probed.collect(out);
      for (int i = 0; i < rejected.length; i++) {
        rejected[i].collectUnlessZero(out);
        shadowRejected[i].collectUnlessZero(out);
      }
    }

    private Count[] rejections(boolean shadow) {
      RejectionReason[] reasons = RejectionReason.values();
      Count[] counts = new Count[reasons.length];
      for (RejectionReason reason : reasons) {
        Attributes all =
            decision("reject")
                .put(REJECTION_REASON, Words.of(reason))
                .put(REJECTION_SHADOW, shadow)
                .build();
        counts[reason.ordinal()] = new Count(all, new Tally());
      }
      return counts;
    }

    private AttributesBuilder decision(String word) {
      return attributes.toBuilder().put(DECISION, word);
    }
  }
}
