package io.foreguard.estimation;

import io.foreguard.evidence.Signal;
import io.foreguard.evidence.Signals;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The default model: useful from the first call, nothing to train. Immutable.
 *
 * <p>Three views of the same evidence are combined.
 *
 * <ol>
 *   <li>The recent success share as a Beta posterior with an optimistic prior of two successes, so
 *       that few failures mean wide uncertainty.
 *   <li>The results since the likeliest moment of a change, weighed by the odds that there was a
 *       change (see {@link Signal#FAILURE_CHANGE_LOG_ODDS}); overdue calls count as likely
 *       failures.
 *   <li>The probability that a call of today's latency ends before its deadline, taking latency as
 *       log-normal; only where a deadline is configured. The smaller of this and the above wins.
 * </ol>
 *
 * <p>The interval is 90 % wide, computed as normal on the log-odds scale. Of signals that no
 * breaker reports, such as a success share that is not a number, it abstains.
 */
public final class StatisticalModel implements SuccessModel {
  private static final StatisticalModel INSTANCE = new StatisticalModel();
  private static final double LEAST = .01;
  private static final double USUAL = .95;
  private static final double HOPE = .9;
  private static final double CHANGED_PRIOR = .5;

  /** More than one: a suspicion that is no alarm yet counts for less than its odds. */
  private static final double DECISIVENESS = 3;

  private static final double NORMAL_QUANTILE_95 = 1.645;
  private static final double LEAST_LATENCY_SPREAD = .15;

  private StatisticalModel() {}

  /** The model; it has no settings. */
  public static StatisticalModel instance() {
    return INSTANCE;
  }

  @Override
  public String name() {
    return "statistical";
  }

  @Override
  public boolean isCheap() {
    return true;
  }

  @Override
  public boolean isPatient() {
    return true;
  }

  @Override
  public Estimate estimate(Signals signals) {
    double samples = signals.value(Signal.FAST_SAMPLES);
    double share = signals.value(Signal.SUCCESS_RATE_FAST);
    double overdue = signals.value(Signal.OVERDUE_FAILURES);
    Beta regime = new Beta(share * samples + LEAST, (1 - share) * samples + overdue + LEAST);
    Beta changed =
        new Beta(
            signals.value(Signal.CHANGE_SUCCESSES) + HOPE,
            signals.value(Signal.CHANGE_FAILURES) + CHANGED_PRIOR);
    double weight = logistic(DECISIVENESS * signals.value(Signal.FAILURE_CHANGE_LOG_ODDS));
    double p = (1 - weight) * regime.mean() + weight * changed.mean();
    double spread = (1 - weight) * regime.logOddsSpread() + weight * changed.logOddsSpread();

    double inTime = inTime(signals);
    double combined = Math.min(p, inTime);
    double center = logit(combined);
    double reach = NORMAL_QUANTILE_95 * (combined < p ? Math.min(spread, .5) : spread);
    boolean known = combined >= 0 && combined <= 1 && reach >= 0;
    if (!known) {
      return Estimate.abstain(this, "signals that no breaker reports");
    }
    return Estimate.explainedLater(
        this,
        combined,
        Math.min(combined, logistic(center - reach)),
        Math.max(combined, logistic(center + reach)),
        () -> reasons(signals, regime.mean(), p, combined));
  }

  /** Probability that a call ends before its deadline, were it to succeed. */
  private static double inTime(Signals signals) {
    double deadline = signals.value(Signal.DEADLINE);
    double latency = signals.value(Signal.LATENCY_FAST);
    if (Double.isNaN(deadline) || Double.isNaN(latency)) {
      return 1;
    }
    double spread = Math.max(LEAST_LATENCY_SPREAD, signals.value(Signal.LATENCY_LOG_SPREAD_FAST));
    // A logistic curve of slope 1.702 stays within 0.01 of the normal distribution function.
    return logistic(1.702 * Math.log(deadline / latency) / spread);
  }

  private static List<Estimate.Contribution> reasons(
      Signals signals, double regime, double withChange, double combined) {
    List<Estimate.Contribution> reasons = new ArrayList<>(4);
    double share = signals.value(Signal.SUCCESS_RATE_FAST);
    add(
        reasons,
        Signal.SUCCESS_RATE_FAST,
        share,
        logit(regime) - logit(USUAL),
        String.format(
            Locale.ROOT,
            "%.0f %% of the last %.0f calls failed",
            100 * (1 - share),
            signals.value(Signal.FAST_SAMPLES)));
    double overdue = signals.value(Signal.OVERDUE);
    add(
        reasons,
        overdue > 0 ? Signal.OVERDUE : Signal.FAILURE_CHANGE_LOG_ODDS,
        overdue > 0 ? overdue : signals.value(Signal.FAILURE_CHANGE_LOG_ODDS),
        logit(withChange) - logit(regime),
        overdue > 0
            ? String.format(Locale.ROOT, "%.0f calls overdue", overdue)
            : String.format(
                Locale.ROOT,
                "failures rose lately: %.0f of the latest %.0f",
                signals.value(Signal.CHANGE_FAILURES),
                signals.value(Signal.CHANGE_FAILURES) + signals.value(Signal.CHANGE_SUCCESSES)));
    add(
        reasons,
        Signal.LATENCY_FAST,
        signals.value(Signal.LATENCY_FAST),
        logit(combined) - logit(withChange),
        String.format(
            Locale.ROOT,
            "latency %.0f ms against a deadline of %.0f ms",
            1e3 * signals.value(Signal.LATENCY_FAST),
            1e3 * signals.value(Signal.DEADLINE)));
    reasons.sort(Comparator.comparingDouble(c -> -Math.abs(c.logOdds())));
    return List.copyOf(reasons);
  }

  private static void add(
      List<Estimate.Contribution> reasons,
      Signal signal,
      double value,
      double logOdds,
      String words) {
    if (logOdds != 0) {
      reasons.add(new Estimate.Contribution(signal.name(), value, logOdds, words));
    }
  }

  private static double logit(double p) {
    double inside = Math.min(1 - 1e-9, Math.max(1e-9, p));
    return Math.log(inside / (1 - inside));
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** A Beta distribution over a success rate, by its pseudo-counts. */
  private record Beta(double successes, double failures) {
    double mean() {
      return successes / (successes + failures);
    }

    /** Standard deviation of the log odds, in the usual large-sample form. */
    double logOddsSpread() {
      return Math.sqrt(1 / (successes + .5) + 1 / (failures + .5));
    }
  }
}
