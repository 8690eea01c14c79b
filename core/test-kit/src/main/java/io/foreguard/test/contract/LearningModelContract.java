package io.foreguard.test.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.foreguard.estimation.LearningModel;
import io.foreguard.evidence.Outcome;
import io.foreguard.test.contract.Incident.Moment;
import org.junit.jupiter.api.Test;

/** What every {@link LearningModel} must do, beside what all models must. */
public abstract class LearningModelContract extends SuccessModelContract {
  /** Creates the contract; JUnit does. */
  protected LearningModelContract() {}

  @Override
  protected abstract LearningModel model();

  /** What it has learned belongs to one breaker, and it says so. */
  @Test
  public void keepsHistory() {
    assertThat(model().keepsHistory()).isTrue();
  }

  /** It hears of every outcome, of any duration, before and after it was asked. */
  @Test
  public void learnsFromEveryOutcome() {
    LearningModel model = model();
    Moment moment = Incident.moments().get(1_000);
    long[] durations = {0, 1, 20_000_000, 1_000_000_000, Long.MAX_VALUE / 4};

    for (int round = 0; round < 2; round++) {
      for (Outcome outcome : Outcome.values()) {
        for (long duration : durations) {
          assertThatCode(
                  () -> {
                    model.learn(outcome, duration, false, moment.nanoTime());
                    model.learn(outcome, duration, true, moment.nanoTime());
                  })
              .as("%s after %d ns", outcome, duration)
              .doesNotThrowAnyException();
        }
      }
      check(model, model.estimate(moment.signals()));
    }
  }
}
