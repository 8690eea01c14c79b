package io.foreguard.samples.pointsengine;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Starts the points engine and keeps it up until the process is ended. */
public final class PointsEngine {
  private PointsEngine() {}

  /** Starts the engine; exits with 2 when an argument is wrong. */
  public static void main(String... args) throws IOException, InterruptedException {
    Settings settings;
    try {
      settings = Settings.parse(args);
    } catch (BadRequestException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    PointsServer server = PointsServer.start(settings, Time.SYSTEM);
    System.out.printf("points-engine listening on http://%s:%d%n", settings.host(), server.port());
    new CountDownLatch(1).await();
  }
}
