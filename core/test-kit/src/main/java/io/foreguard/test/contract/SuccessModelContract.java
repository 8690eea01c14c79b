package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.foreguard.estimation.Estimate;
import io.foreguard.estimation.LearningModel;
import io.foreguard.estimation.SuccessModel;
import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import io.foreguard.test.contract.Incident.Moment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SuccessModel} must do. Extend it, and {@link LearningModelContract} for a model
 * that learns. Not thread-safe: JUnit makes one for each test.
 */
public abstract class SuccessModelContract {
  /** Creates the contract; JUnit does. */
  protected SuccessModelContract() {}

  /** A new model, as it is when its breaker starts. */
  protected abstract SuccessModel model();

  /** It has a name and a version that can be shown. */
  @Test
  public void hasANameAndAVersion() {
    SuccessModel model = model();

    assertThat(model.name()).isNotBlank().hasSizeLessThanOrEqualTo(256);
    assertThat(model.version()).isNotBlank().hasSizeLessThanOrEqualTo(256);
    assertThat(model.distrust()).isNotNull();
  }

  /** Through a whole incident it answers with a probability and its bounds, or says why not. */
  @Test
  public void estimatesOrSaysWhyNot() {
    SuccessModel model = model();

    for (Moment moment : Incident.moments()) {
      tell(model, moment);
      check(model, model.estimate(moment.signals()));
    }
  }

  /** It answers while next to nothing is known. */
  @Test
  public void answersBeforeTheFirstCall() {
    SuccessModel model = model();

    check(model, model.estimate(Incident.moments().get(0).signals()));
    check(model, model.estimate(unknown(Double.NaN)));
  }

  /** It throws at no signals, however odd, and stays usable. */
  @Test
  public void takesOddSignals() {
    SuccessModel model = model();
    double[] odd = {
      0,
      -0.0,
      1,
      -1,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NaN
    };

    for (double value : odd) {
      assertThatCode(() -> check(model, model.estimate(unknown(value))))
          .as("all signals are %s", value)
          .doesNotThrowAnyException();
      for (Signal signal : Signal.values()) {
        Signals signals = with(Incident.moments().get(1_000).signals(), signal, value);
        assertThatCode(() -> check(model, model.estimate(signals)))
            .as("%s is %s", signal, value)
            .doesNotThrowAnyException();
      }
    }
    check(model, model.estimate(Incident.moments().get(1_000).signals()));
  }

  /** Times that repeat, step back as threads overtake each other, or overflow do not upset it. */
  @Test
  public void takesTimesInAnyOrder() {
    SuccessModel model = model();
    double[] values = values(Incident.moments().get(1_000).signals());
    long start = Long.MAX_VALUE - 1_000_000_000L;
    long hour = 3_600_000_000_000L;
    long[] after = {
      0, 0, 1_000_000, 500_000, -5, 999_999_999, 1_000_000_002, hour, hour - 1_000_000, 720 * hour
    };

    for (long nanos : after) {
      check(model, model.estimate(Signals.of(start + nanos, values)));
    }
  }

  /** Many threads may use it at the same time. */
  @Test
  public void isThreadSafe() {
    SuccessModel model = model();
    List<Moment> moments = Incident.moments();

    Crowd.run(
        (thread, round) -> {
          Moment moment = moments.get(4 * round % moments.size());
          tell(model, moment);
          check(model, model.estimate(moment.signals()));
        });
  }

  /** It says that it keeps a history, or answers the same signals in the same way. */
  @Test
  public void admitsThatItKeepsHistory() {
    SuccessModel model = model();
    List<Moment> moments = Incident.moments();
    Signals asked = moments.get(moments.size() - 1).signals();
    SuccessModel used = model();
    moments.forEach(moment -> used.estimate(moment.signals()));

    if (!model.keepsHistory()) {
      assertThat(used.estimate(asked).toString())
          .as("the estimate of a model that has seen an incident, and says it keeps no history")
          .isEqualTo(model.estimate(asked).toString());
    }
  }

  private static void tell(SuccessModel model, Moment moment) {
    if (model instanceof LearningModel learning) {
      learning.learn(moment.outcome(), moment.durationNanos(), moment.probe(), moment.nanoTime());
    }
  }

  /** The estimate is one that a breaker can use. */
  static void check(SuccessModel model, Estimate estimate) {
    assertThat(estimate).isNotNull();
    assertThat(estimate.model()).isEqualTo(model.name());
    assertThat(estimate.modelVersion()).isEqualTo(model.version());
    if (estimate.isAbstention()) {
      assertThat(estimate.abstention()).as("why it abstains").isNotBlank();
      return;
    }
    assertThat(estimate.probability()).isBetween(0.0, 1.0);
    assertThat(estimate.lower()).isBetween(0.0, estimate.probability());
    assertThat(estimate.upper()).isBetween(estimate.probability(), 1.0);
    assertThat(estimate.contributions())
        .isEqualTo(estimate.contributions())
        .allSatisfy(
            reason -> {
              assertThat(reason.logOdds()).as("log odds of %s", reason).isFinite();
              assertThat(reason.words()).isNotBlank();
            });
  }

  private static Signals unknown(double value) {
    double[] values = new double[Signal.values().length];
    Arrays.fill(values, value);
    return Signals.of(0, values);
  }

  private static Signals with(Signals signals, Signal changed, double value) {
    double[] values = values(signals);
    values[changed.ordinal()] = value;
    return Signals.of(signals.nanoTime(), values);
  }

  private static double[] values(Signals signals) {
    return Arrays.stream(Signal.values()).mapToDouble(signals::value).toArray();
  }
}
