package io.foreguard.predictive;

import static org.assertj.core.api.Assertions.assertThat;

import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitBreakerEvent;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.circuitbreaker.Permit;
import io.foreguard.circuitbreaker.PredictivePolicy;
import io.foreguard.circuitbreaker.State;
import io.foreguard.evidence.Signal;
import io.foreguard.predictive.command.Foreguard;
import io.foreguard.predictive.model.TrainedForest;
import io.foreguard.predictive.observation.ObservationReader;
import io.foreguard.predictive.observation.ObservationRecorder;
import io.foreguard.predictive.observation.ObservationWriter;
import io.foreguard.time.ManualClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way in virtual time: a breaker is watched for days while its dependency leaks
 * connections now and then, the log is trained on, and a breaker with the model meets the next leak
 * beside one without.
 */
class ForeseeingBreakerTest {
  private static final int CALL_EVERY_SECONDS = 2;
  private static final int TRAINING_MINUTES = 6 * 24 * 60;

  @TempDir Path folder;

  private final ManualClock clock = new ManualClock();
  private final SplittableRandom random = new SplittableRandom(41);
  private double full;

  @Test
  void opensBeforeTheFailureShareMovesAndTheOneWithoutDoesNot() throws Exception {
    Path log = folder.resolve("points.csv");
    Path model = folder.resolve("points.fgm");
    record(log);
    train(log, model);

    TrainedForest forest = TrainedForest.load(model);
    CircuitBreaker foreseeing =
        CircuitBreaker.of(
            "points",
            CircuitBreakerConfig.builder()
                .model(forest.forDependency())
                .policy(
                    PredictivePolicy.builder()
                        .minimumSuccessProbability(forest.minimumSuccessProbability())
                        .build())
                .build(),
            clock);
    CircuitBreaker plain =
        CircuitBreaker.of("points by default", CircuitBreakerConfig.defaults(), clock);
    List<CircuitBreakerEvent.Transition> transitions = new ArrayList<>();
    foreseeing.events().onTransition(transitions::add);
    full = 0;
    run(120, 0, foreseeing, plain);
    assertThat(foreseeing.state()).isEqualTo(State.CLOSED);
    assertThat(foreseeing.estimate().model()).isEqualTo("points-forest");

    int minutes = 0;
    while (foreseeing.state() == State.CLOSED && full < 1) {
      run(1, 1 / 40.0, foreseeing, plain);
      minutes++;
    }

    assertThat(transitions).isNotEmpty();
    assertThat(transitions.get(0).to()).isEqualTo(State.OPEN);
    assertThat(transitions.get(0).explanation().estimate().probability()).isLessThan(0.15);
    assertThat(transitions.get(0).explanation().toString())
        .contains("(points-forest " + forest.version(), "classic thresholds would admit");
    assertThat(minutes).isBetween(15, 37);
    assertThat(plain.state()).isEqualTo(State.CLOSED);
    assertThat(plain.signals().value(Signal.SUCCESS_RATE_FAST)).isGreaterThan(0.95);
    run(1, 1 / 40.0, foreseeing, plain);
    assertThat(foreseeing.metrics().rejected()).isPositive();
    assertThat(plain.metrics().rejected()).isZero();

    int untilPlain = 0;
    while (plain.state() == State.CLOSED && untilPlain < 60) {
      run(1, 1 / 40.0, plain);
      untilPlain++;
    }
    assertThat(plain.state()).isNotEqualTo(State.CLOSED);
    assertThat(untilPlain).isGreaterThanOrEqualTo(3);
  }

  /** Leaks that fill the pool, leaks that heal half-way, and calm hours between. */
  private void record(Path log) throws IOException {
    CircuitBreaker watched =
        CircuitBreaker.of(
            "points", CircuitBreakerConfig.builder().mode(Mode.SHADOW).build(), clock);
    ObservationRecorder recorder =
        ObservationRecorder.builder(watched::signals)
            .clock(clock)
            .writer(ObservationWriter.create(log))
            .start();
    int minutes = 0;
    while (minutes < TRAINING_MINUTES) {
      int calm = 90 + random.nextInt(120);
      run(calm, 0, watched);
      boolean heals = random.nextInt(4) == 0;
      int length = 30 + random.nextInt(20);
      int leak = heals ? length / 2 : length + 10;
      run(leak, 1.0 / length, watched);
      full = 0;
      minutes += calm + leak;
    }
    recorder.close();
    assertThat(ObservationReader.read(log)).hasSizeBetween(minutes - 2, minutes);
  }

  private static void train(Path log, Path model) {
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(words, true, StandardCharsets.UTF_8);
    String[] args = {
      "train",
      "--samples",
      log.toString(),
      "--out",
      model.toString(),
      "--name",
      "points-forest",
      "--trees",
      "50"
    };
    assertThat(Foreguard.run(args, out, out)).as(words.toString(StandardCharsets.UTF_8)).isZero();
  }

  private void run(int minutes, double leakPerMinute, CircuitBreaker... breakers) {
    int calls = 60 / CALL_EVERY_SECONDS;
    for (int i = 0; i < minutes * calls; i++) {
      if (random.nextDouble() < load()) {
        for (CircuitBreaker breaker : breakers) {
          call(breaker);
        }
      }
      full = Math.min(1, full + leakPerMinute / calls);
      clock.advance(Duration.ofSeconds(CALL_EVERY_SECONDS));
    }
  }

  /** Calls per slot: it follows the hour of the day. */
  private double load() {
    double day = clock.elapsed().toSeconds() / 86_400.0;
    return 0.7 + 0.25 * Math.sin(2 * Math.PI * day);
  }

  /** The fuller the pool, the longer a call waits; once it is full, nearly all fail. */
  private void call(CircuitBreaker breaker) {
    Optional<Permit> permit = breaker.tryAcquire();
    if (permit.isEmpty()) {
      return;
    }
    double wait = (1 + 0.5 * full / (1.1 - full)) * Math.exp(0.3 * random.nextDouble());
    boolean fails = random.nextDouble() < (full >= 1 ? 0.95 : 0.005);
    Permit granted = permit.get();
    clock.schedule(
        () -> {
          if (fails) {
            granted.failure(new IOException("no connection"));
          } else {
            granted.success();
          }
        },
        Duration.ofMillis((long) (1_000 * wait)));
  }
}
