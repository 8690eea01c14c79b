package io.foreguard.predictive.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.CallContext;
import io.foreguard.circuitbreaker.CircuitBreaker;
import io.foreguard.circuitbreaker.CircuitBreakerConfig;
import io.foreguard.circuitbreaker.CircuitOpenException;
import io.foreguard.circuitbreaker.Mode;
import io.foreguard.evidence.Outcome;
import io.foreguard.predictive.calls.CallRecord.Admission;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallRecorderTest {
  @TempDir Path directory;

  private final ManualClock clock = new ManualClock();
  private final CircuitBreaker breaker =
      CircuitBreaker.of("a", CircuitBreakerConfig.defaults(), clock);

  @Test
  void recordsCallsWithTheirKeysAndTimes() throws IOException {
    Path file = directory.resolve("calls.jsonl");
    try (CallRecorder recorder = recorder(breaker, file).start()) {
      end(Outcome.SUCCESS, 20);
      var permit = breaker.acquire(CallContext.of("replica", "r1").and("tenant", "t1"));
      clock.advance(Duration.ofMillis(30));
      permit.record(Outcome.FAILURE);
      clock.advance(Duration.ofMillis(100));
      assertThat(recorder.recorded()).isEqualTo(2);
    }

    List<CallRecord> calls = read(file);
    assertThat(calls).extracting(CallRecord::key).containsExactly("", "r1");
    assertThat(calls)
        .extracting(CallRecord::outcome)
        .containsExactly(Outcome.SUCCESS, Outcome.FAILURE);
    assertThat(calls.get(0).durationNanos()).isEqualTo(20_000_000);
    assertThat(calls.get(1).startNanos() - calls.get(0).startNanos()).isEqualTo(20_000_000);
    assertThat(calls.get(0).startNanos())
        .isEqualTo(new ManualClock().wallTime().getEpochSecond() * 1_000_000_000L);
    assertThat(calls).allMatch(call -> call.propensity() == 1 && call.sampling() == 1);
  }

  @Test
  void recordsRefusalsAndHowLikelyAProbeWas() throws IOException {
    Path file = directory.resolve("calls.csv");
    try (CallRecorder recorder = recorder(breaker, file).start()) {
      breaker.transitionToOpen();
      int probes = 0;
      for (int i = 0; i < 20_000 && probes < 3; i++) {
        clock.advance(Duration.ofMillis(200));
        var permit = breaker.tryAcquire();
        if (permit.isPresent()) {
          probes++;
          clock.advance(Duration.ofMillis(5));
          permit.get().record(Outcome.FAILURE);
        }
      }
      assertThat(recorder.dropped()).isZero();
    }

    List<CallRecord> calls = read(file);
    int refused = 0;
    int probes = 0;
    for (CallRecord call : calls) {
      if (call.admission() == Admission.REJECTED) {
        assertThat(call.outcome()).isEqualTo(Outcome.IGNORED);
        refused++;
      } else {
        assertThat(call.admission()).isEqualTo(Admission.PROBE);
        assertThat(1 / call.propensity()).isEqualTo(1 + refused);
        refused = 0;
        probes++;
      }
    }
    assertThat(probes).isEqualTo(3);
    assertThat(calls).hasSizeGreaterThan(10);
  }

  @Test
  void recordsWhatShadowModeWouldHaveRefused() throws IOException {
    CircuitBreaker shadow =
        CircuitBreaker.of("s", CircuitBreakerConfig.builder().mode(Mode.SHADOW).build(), clock);
    Path file = directory.resolve("calls.csv");
    try (CallRecorder recorder = recorder(shadow, file).start()) {
      shadow.transitionToOpen();
      shadow.acquire().record(Outcome.FAILURE);
      assertThat(recorder.recorded()).isZero();
    }

    assertThat(read(file))
        .singleElement()
        .satisfies(call -> assertThat(call.admission()).isEqualTo(Admission.SHADOW_REJECTED))
        .satisfies(call -> assertThat(call.propensity()).isEqualTo(1));
  }

  @Test
  void recordsWhenTheBreakerOfAKeyRefuses() throws IOException {
    Path file = directory.resolve("calls.csv");
    try (CallRecorder recorder = recorder(breaker, file).start()) {
      breaker.key("replica", "bad").transitionToOpen();
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> breaker.acquire(CallContext.of("replica", "bad")));
      assertThat(recorder.dropped()).isZero();
    }

    assertThat(read(file))
        .singleElement()
        .satisfies(call -> assertThat(call.admission()).isEqualTo(Admission.REJECTED))
        .satisfies(call -> assertThat(call.key()).isEqualTo("bad"));
  }

  @Test
  void samplesSuccessesAndKeepsFailures() throws IOException {
    Path file = directory.resolve("calls.csv");
    try (CallRecorder recorder = recorder(breaker, file).successSampling(.1).start()) {
      for (int i = 0; i < 2_000; i++) {
        end(i % 100 == 0 ? Outcome.FAILURE : Outcome.SUCCESS, 1 + i % 7);
      }
      assertThat(recorder.dropped()).isZero();
    }

    List<CallRecord> calls = read(file);
    long failures = calls.stream().filter(call -> call.outcome().isFailure()).count();
    assertThat(failures).isEqualTo(20);
    assertThat(calls.size() - failures).isBetween(140L, 260L);
    assertThat(calls).allMatch(call -> call.sampling() == (call.outcome().isFailure() ? 1 : .1));
  }

  @Test
  void keepsABoundedNumberOfBoundedFiles() throws IOException {
    Path file = directory.resolve("calls.csv.gz");
    try (CallRecorder recorder =
        recorder(breaker, file).maximumFileSize(1_024).maximumFiles(3).start()) {
      for (int i = 0; i < 200; i++) {
        end(Outcome.SUCCESS, 20);
      }
      assertThat(recorder.dropped()).isZero();
    }

    try (var files = Files.list(directory)) {
      assertThat(files.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("calls.csv.gz", "calls.1.csv.gz", "calls.2.csv.gz");
    }
    List<CallRecord> latest = read(file);
    List<CallRecord> before = read(directory.resolve("calls.1.csv.gz"));
    assertThat(before).hasSizeBetween(8, 20);
    assertThat(latest.get(0).startNanos())
        .isGreaterThan(before.get(before.size() - 1).startNanos());
  }

  @Test
  void dropsAndCountsWhatItCannotWriteAndTriesAgainLater() throws IOException {
    Path blocked = directory.resolve("away");
    Path file = blocked.resolve("calls.csv");
    try (CallRecorder recorder = recorder(breaker, file).start()) {
      for (int i = 0; i < 5; i++) {
        end(Outcome.SUCCESS, 60);
      }
      clock.advance(Duration.ofMillis(100));
      assertThat(recorder.dropped()).isEqualTo(5);

      Files.createDirectory(blocked);
      clock.advance(Duration.ofMinutes(2));
      end(Outcome.SUCCESS, 60);
      clock.advance(Duration.ofMillis(100));
      assertThat(recorder.recorded()).isEqualTo(1);
    }
    assertThat(read(file)).hasSize(1);
  }

  @Test
  void dropsWhatTheQueueHasNoRoomFor() {
    List<Runnable> waiting = new ArrayList<>();
    try (CallRecorder recorder =
        recorder(breaker, directory.resolve("calls.csv"))
            .queueCapacity(16)
            .executor(waiting::add)
            .start()) {
      for (int i = 0; i < 20; i++) {
        end(Outcome.SUCCESS, 20);
      }
      assertThat(recorder.dropped()).isEqualTo(4);
      assertThat(waiting).hasSize(1);
      waiting.get(0).run();
      assertThat(recorder.recorded()).isEqualTo(16);
    }
  }

  @Test
  void survivesAnExecutorThatRefuses() {
    CallRecorder recorder =
        recorder(breaker, directory.resolve("calls.csv"))
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .start();
    end(Outcome.SUCCESS, 200);
    assertThat(recorder.recorded()).isZero();

    recorder.close();

    assertThat(recorder.recorded()).isEqualTo(1);
    end(Outcome.SUCCESS, 200);
    assertThat(recorder.recorded()).isEqualTo(1);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void refusesImpossibleSettings() {
    CallRecorder.Builder builder = CallRecorder.builder(breaker, directory.resolve("x"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.successSampling(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.queueCapacity(15));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maximumFileSize(1_023));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.maximumFiles(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.interval(Duration.ZERO));
  }

  private void end(Outcome outcome, long millis) {
    var permit = breaker.acquire();
    clock.advance(Duration.ofMillis(millis));
    permit.record(outcome);
  }

  private static CallRecorder.Builder recorder(CircuitBreaker breaker, Path file) {
    return CallRecorder.builder(breaker, file).executor(Runnable::run);
  }

  private static List<CallRecord> read(Path file) throws IOException {
    return CallLogReader.read(file, CallLogFormat.detected()).calls();
  }
}
