package io.foreguard.predictive.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.foreguard.evidence.Signals;
import io.foreguard.predictive.SignalsFixture;
import io.foreguard.time.ManualClock;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ObservationRecorderTest {
  private static final Observation SAMPLE = new Observation(0, 7, 0.25, 3, 0.125, 0);

  private final ManualClock clock = new ManualClock();
  private final long startMillis = clock.wallTime().toEpochMilli();

  @Test
  void samplesOnceInEachInterval() {
    ObservationRecorder recorder = recorder().start();

    clock.advance(Duration.ofSeconds(150));

    assertThat(recorder.latest())
        .containsExactly(
            new Observation(startMillis + 60_000, 7, 0.25, 3, 0.125, 0),
            new Observation(startMillis + 120_000, 7, 0.25, 3, 0.125, 180));
  }

  @Test
  void keepsTheLatestOnly() {
    ObservationRecorder recorder = recorder().capacity(3).start();

    clock.advance(Duration.ofMinutes(10));

    assertThat(recorder.latest())
        .extracting(Observation::timeMillis)
        .containsExactly(startMillis + 480_000, startMillis + 540_000, startMillis + 600_000);
  }

  @Test
  void aStepOfTheWallClockDoesNotShow() {
    ObservationRecorder recorder = recorder().start();
    clock.advance(Duration.ofMinutes(1));

    clock.stepWallTime(Duration.ofHours(-1));
    clock.advance(Duration.ofMinutes(1));

    assertThat(recorder.latest())
        .extracting(Observation::timeMillis)
        .containsExactly(startMillis + 60_000, startMillis + 120_000);
  }

  @Test
  void takesNothingBeforeTheFirstCallHasEnded() {
    ObservationRecorder recorder =
        ObservationRecorder.builder(() -> SignalsFixture.before(clock.nanoTime()))
            .clock(clock)
            .start();

    clock.advance(Duration.ofMinutes(5));

    assertThat(recorder.latest()).isEmpty();
  }

  @Test
  void writesEverySampleToItsLog() throws Exception {
    StringWriter text = new StringWriter();
    ObservationRecorder recorder =
        recorder().capacity(2).writer(new ObservationWriter(text)).start();

    clock.advance(Duration.ofMinutes(5));

    assertThat(ObservationReader.read(new StringReader(text.toString()), "log"))
        .hasSize(5)
        .endsWith(recorder.latest().toArray(Observation[]::new));
  }

  @Test
  void goesOnWhenTheLogCannotBeWritten() throws Exception {
    FailingWriter disk = new FailingWriter();
    ObservationRecorder recorder = recorder().writer(new ObservationWriter(disk)).start();
    disk.full = true;

    clock.advance(Duration.ofMinutes(3));

    assertThat(recorder.latest()).hasSize(3);
    assertThat(disk.closed).isTrue();
  }

  @Test
  void goesOnWhenTheSignalsThrowOnce() {
    int[] readings = {0};
    ObservationRecorder recorder =
        ObservationRecorder.builder(
                () -> {
                  if (readings[0]++ == 1) {
                    throw new IllegalStateException("once");
                  }
                  return now();
                })
            .clock(clock)
            .start();

    clock.advance(Duration.ofMinutes(3));

    assertThat(recorder.latest()).hasSize(2);
  }

  @Test
  void stopsAndLeavesNoTimerBehindWhenClosed() {
    ObservationRecorder recorder = recorder().start();
    clock.advance(Duration.ofMinutes(1));

    recorder.close();
    recorder.close();
    clock.advance(Duration.ofMinutes(5));

    assertThat(recorder.latest()).hasSize(1);
    assertThat(clock.pendingTasks()).isZero();
  }

  @Test
  void refusesSettingsOutOfRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recorder().interval(Duration.ofMillis(999)))
        .withMessage("interval must be from 1 second to 10 minutes, but was PT0.999S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recorder().capacity(0))
        .withMessage("capacity must be in [1, 1000000], but was 0");
  }

  private ObservationRecorder.Builder recorder() {
    return ObservationRecorder.builder(this::now).clock(clock);
  }

  private Signals now() {
    return SignalsFixture.of(clock.nanoTime(), SAMPLE);
  }

  private static final class FailingWriter extends Writer {
    private boolean full;
    private boolean closed;

    @Override
    public void write(char[] text, int from, int length) throws IOException {
      if (full) {
        throw new IOException("disk full");
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      closed = true;
    }
  }
}
