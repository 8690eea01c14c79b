package io.foreguard.samples.pointsengine;

import java.util.concurrent.TimeUnit;

/** The engine's time: monotonic for durations, epoch for the log, and the sleep that is service. */
interface Time {
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public long epochMillis() {
          return System.currentTimeMillis();
        }

        @Override
        public void sleep(double millis) throws InterruptedException {
          TimeUnit.MICROSECONDS.sleep(Math.round(1000 * millis));
        }
      };

  long nanos();

  long epochMillis();

  void sleep(double millis) throws InterruptedException;
}
