package io.foreguard.estimation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StatisticalModelTest {
  private static final double EXACT = 1e-9;
  private static final double NO_CHANGE = -100;

  private final double[] values = new double[Signal.values().length];
  private final StatisticalModel model = StatisticalModel.instance();

  StatisticalModelTest() {
    Arrays.fill(values, Double.NaN);
    set(Signal.OVERDUE, 0);
    set(Signal.OVERDUE_FAILURES, 0);
    set(Signal.CHANGE_SUCCESSES, 0);
    set(Signal.CHANGE_FAILURES, 0);
    set(Signal.FAILURE_CHANGE_LOG_ODDS, NO_CHANGE);
    regime(90, 10);
  }

  @Test
  void isCheapAndNamed() {
    assertThat(model.isCheap()).isTrue();
    assertThat(model.name()).isEqualTo("statistical");
    assertThat(StatisticalModel.instance()).isSameAs(model);
  }

  @Nested
  class TheProbability {
    @Test
    void isTheShareOfTheRegimeWhileNothingHasChanged() {
      for (double failed : new double[] {0, 1, 30, 99}) {
        regime(100 - failed, failed);

        assertThat(estimate().probability()).isCloseTo((100 - failed) / 100, within(.001));
      }
    }

    @Test
    void countsOverdueCallsAsFailures() {
      set(Signal.OVERDUE_FAILURES, 20);

      assertThat(estimate().probability()).isCloseTo(90 / 120., within(.001));
    }

    @Test
    void isThatSinceTheChangeWhenTheChangeIsCertain() {
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 100);
      set(Signal.CHANGE_SUCCESSES, 300);
      set(Signal.CHANGE_FAILURES, 700);

      assertThat(estimate().probability()).isCloseTo(.3, within(.002));
    }

    @Test
    void hopesALittleRightAfterAChange() {
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 100);

      double atOnce = estimate().probability();
      set(Signal.CHANGE_FAILURES, 1);
      double afterOne = estimate().probability();

      assertThat(atOnce).isBetween(.6, .9);
      assertThat(afterOne).isBetween(.3, .6);
    }

    @Test
    void weighsBothByTheOddsOfAChangeThreeTimesOver() {
      set(Signal.CHANGE_SUCCESSES, 1);
      set(Signal.CHANGE_FAILURES, 9);
      double before = estimate().probability();
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 100);
      double after = estimate().probability();
      for (double odds : new double[] {1 / 9., 1, 3}) {
        set(Signal.FAILURE_CHANGE_LOG_ODDS, Math.log(odds));

        double weight = Math.pow(odds, 3) / (1 + Math.pow(odds, 3));

        assertThat(estimate().probability())
            .isCloseTo((1 - weight) * before + weight * after, within(EXACT));
      }
    }
  }

  @Nested
  class TheInterval {
    @Test
    void isNormalOnTheScaleOfLogOdds() {
      regime(90 - .51, 10 - .51); // what the model adds makes it 90 and 10

      Estimate estimate = estimate();

      double center = logit(estimate.probability());
      double spread = Math.sqrt(1 / 90. + 1 / 10.);
      assertThat(logit(estimate.upper()) - center).isCloseTo(1.645 * spread, within(EXACT));
      assertThat(center - logit(estimate.lower())).isCloseTo(1.645 * spread, within(EXACT));
    }

    @Test
    void coversWhatABetaPosteriorCovers() {
      SplittableRandom random = new SplittableRandom(3);
      double[] draws = new double[20_000];
      Arrays.setAll(draws, i -> gamma(random, 90) / gamma(random, 10));
      Arrays.sort(draws);

      Estimate estimate = estimate();

      assertThat(logit(estimate.lower())).isCloseTo(Math.log(draws[1_000]), within(.1));
      assertThat(logit(estimate.upper())).isCloseTo(Math.log(draws[19_000]), within(.1));
    }

    @Test
    void isTheNarrowerTheMoreIsKnown() {
      double last = 1;
      for (double calls : new double[] {0, 1, 10, 100, 1_000}) {
        regime(.8 * calls, .2 * calls);
        Estimate estimate = estimate();
        double width = estimate.upper() - estimate.lower();
        assertThat(width).isPositive().isLessThan(last);
        last = width;
      }
    }

    @Test
    void isAsWideAsOfWhatIsBelieved() {
      regime(9_000, 1_000);
      set(Signal.CHANGE_SUCCESSES, 3);
      set(Signal.CHANGE_FAILURES, 7);
      double sure = logWidth(estimate());
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 100);
      double unsure = logWidth(estimate());
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 0);

      assertThat(unsure).isGreaterThan(5 * sure);
      assertThat(logWidth(estimate())).isCloseTo((sure + unsure) / 2, within(EXACT));
    }

    @Test
    void staysInOrderAtTheEdges() {
      for (double[] counts : new double[][] {{0, 0}, {1e9, 0}, {0, 1e9}, {1e-9, 1e-9}}) {
        regime(counts[0], counts[1]);
        Estimate estimate = estimate();
        assertThat(estimate.lower()).isBetween(0.0, estimate.probability());
        assertThat(estimate.upper()).isBetween(estimate.probability(), 1.0);
      }
    }

    private double logWidth(Estimate estimate) {
      return logit(estimate.upper()) - logit(estimate.lower());
    }
  }

  @Nested
  class TheDeadline {
    @Test
    void isOfNoInterestWhereThereIsNoneOrNoLatency() {
      double without = estimate().probability();
      latency(10, .1, .5);
      set(Signal.DEADLINE, Double.NaN);
      assertThat(estimate().probability()).isEqualTo(without);
      latency(Double.NaN, .1, .5);
      assertThat(estimate().probability()).isEqualTo(without);
    }

    @Test
    void makesACallWorthHalfWhenItIsTheMedianLatency() {
      latency(1, 1, .5);

      assertThat(estimate().probability()).isCloseTo(.5, within(EXACT));
    }

    @Test
    void followsTheLogNormalLaw() {
      double[][] quantiles = {{-1.28155, .1}, {-.67449, .25}, {.67449, .75}, {1.0364, .85}};
      for (double spread : new double[] {.2, .8}) {
        for (double[] quantile : quantiles) {
          latency(Math.exp(quantile[0] * spread), 1, spread);

          assertThat(estimate().probability()).isCloseTo(quantile[1], within(.0125));
        }
      }
    }

    @Test
    void isNeverTakenToBeMetForSureHoweverSteadyTheLatency() {
      latency(1, .9, 0);

      assertThat(estimate().probability()).isBetween(.01, .9);
    }

    @Test
    void countsOnlyWhenItIsTheWorseNews() {
      double before = estimate().probability();

      latency(100, 1, .5);

      assertThat(estimate().probability()).isEqualTo(before);
    }

    @Test
    void leavesNoWiderDoubtThanHalfAUnitOfLogOdds() {
      regime(1, 0);
      double wide = width();
      latency(1, 1, .5);

      assertThat(width()).isCloseTo(2 * 1.645 * .5, within(EXACT)).isLessThan(wide);
      regime(900, 1);
      assertThat(width()).isCloseTo(2 * 1.645 * .5, within(.001));
      regime(500, 500.001);
      latency(1, 2, .5);
      assertThat(width()).as("what is known better stays so").isLessThan(.3);
    }

    private double width() {
      Estimate estimate = estimate();
      return logit(estimate.upper()) - logit(estimate.lower());
    }
  }

  @Nested
  class TheReasons {
    @Test
    void leadFromWhatIsUsualToTheEstimate() {
      regime(1_000, 0);

      Estimate estimate = estimate();

      assertThat(estimate.baseLogOdds()).isCloseTo(logit(.95), within(EXACT));
      assertThat(estimate.contributions().get(0).words())
          .isEqualTo("0 % of the last 1000 calls failed");
      assertThat(estimate.contributions().get(0).logOdds()).isPositive();
    }

    @Test
    void nameTheShareOfFailuresAndItsWeight() {
      regime(60, 40);

      List<Estimate.Contribution> reasons = estimate().contributions();

      assertThat(reasons.get(0).signal()).isEqualTo("SUCCESS_RATE_FAST");
      assertThat(reasons.get(0).words()).isEqualTo("40 % of the last 100 calls failed");
      assertThat(reasons.get(0).value()).isEqualTo(.6);
      assertThat(reasons.get(0).logOdds()).isCloseTo(logit(.6) - logit(.95), within(.001));
    }

    @Test
    void nameARiseOfFailures() {
      regime(95, 5);
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 4);
      set(Signal.CHANGE_SUCCESSES, 2);
      set(Signal.CHANGE_FAILURES, 6);

      Estimate estimate = estimate();

      Estimate.Contribution reason = estimate.contributions().get(0);
      assertThat(reason.signal()).isEqualTo("FAILURE_CHANGE_LOG_ODDS");
      assertThat(reason.value()).isEqualTo(4);
      assertThat(reason.words()).isEqualTo("failures rose lately: 6 of the latest 8");
      assertThat(reason.logOdds())
          .isCloseTo(logit(estimate.probability()) - logit(.95), within(.002));
    }

    @Test
    void nameOverdueCallsRatherThanARise() {
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 4);
      set(Signal.CHANGE_FAILURES, 6);
      set(Signal.OVERDUE, 12);

      Estimate.Contribution reason = estimate().contributions().get(0);

      assertThat(reason.signal()).isEqualTo("OVERDUE");
      assertThat(reason.value()).isEqualTo(12);
      assertThat(reason.words()).isEqualTo("12 calls overdue");
    }

    @Test
    void nameTheDeadlineWithBothDurations() {
      regime(95, 5);
      latency(.25, .3, .5);

      Estimate estimate = estimate();

      Estimate.Contribution reason = estimate.contributions().get(0);
      assertThat(reason.signal()).isEqualTo("LATENCY_FAST");
      assertThat(reason.value()).isEqualTo(.3);
      assertThat(reason.words()).isEqualTo("latency 300 ms against a deadline of 250 ms");
      assertThat(reason.logOdds())
          .isCloseTo(logit(estimate.probability()) - logit(.95), within(.002));
    }

    @Test
    void comeStrongestFirstAndAddUp() {
      regime(60, 40);
      set(Signal.FAILURE_CHANGE_LOG_ODDS, 0);
      set(Signal.CHANGE_SUCCESSES, 2);
      set(Signal.CHANGE_FAILURES, 6);
      latency(1, 10, .5);

      Estimate estimate = estimate();

      assertThat(estimate.contributions())
          .extracting(Estimate.Contribution::signal)
          .containsExactly("LATENCY_FAST", "SUCCESS_RATE_FAST", "FAILURE_CHANGE_LOG_ODDS");
      double sum =
          estimate.contributions().stream().mapToDouble(Estimate.Contribution::logOdds).sum();
      assertThat(sum).isCloseTo(logit(estimate.probability()) - logit(.95), within(EXACT));
    }
  }

  private void regime(double successes, double failures) {
    double calls = successes + failures;
    set(Signal.FAST_SAMPLES, calls);
    set(Signal.SUCCESS_RATE_FAST, calls == 0 ? 1 : successes / calls);
  }

  private void latency(double deadline, double latency, double spread) {
    set(Signal.DEADLINE, deadline);
    set(Signal.LATENCY_FAST, latency);
    set(Signal.LATENCY_LOG_SPREAD_FAST, spread);
  }

  private void set(Signal signal, double value) {
    values[signal.ordinal()] = value;
  }

  private Estimate estimate() {
    return model.estimate(Signals.of(0, values));
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  /** A gamma variate of whole shape. */
  private static double gamma(SplittableRandom random, int shape) {
    double sum = 0;
    for (int i = 0; i < shape; i++) {
      sum -= Math.log(1 - random.nextDouble());
    }
    return sum;
  }
}
