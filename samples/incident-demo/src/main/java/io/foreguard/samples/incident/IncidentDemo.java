package io.foreguard.samples.incident;

import io.foreguard.samples.incident.raw.RawLogs;
import io.foreguard.samples.incident.raw.RunInfo;
import io.foreguard.samples.incident.report.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Plays one incident against the sample services under several protections and compares what
 * callers saw.
 */
public final class IncidentDemo {

  private static final double DEADLINE_MS = 1000;
  private static final double ORACLE_DEADLINE_MS = 800;
  private static final double GIVE_UP_MS = 5000;
  private static final double SAMPLE_MS = 200;
  private static final int CUSTOMERS = 500;
  private static final double ZIPF_EXPONENT = 1;
  private static final int WARM_UP_CALLS = 400;

  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  private IncidentDemo() {}

  /**
   * Runs the demo; exits with 2 when an argument is wrong and with 1 when the demo cannot be
   * played.
   */
  public static void main(String... args) {
    System.exit(run(System.out, System.err, args));
  }

  static int run(PrintStream out, PrintStream err, String... args) {
    if (Arrays.asList(args).contains("--help")) {
      out.print(Options.HELP);
      return 0;
    }
    try {
      Options options = Options.parse(args);
      if (options.recompute().isPresent()) {
        finish(out, options.recompute().get());
      } else {
        onProcesses(out, options);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      if (STOPPING.get()) {
        return 130; // what fails while the processes are being stopped is no news
      }
      err.println("The demo cannot go on: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("Interrupted " + e.getMessage());
      return 1;
    }
  }

  private static void onProcesses(PrintStream out, Options options)
      throws IOException, InterruptedException {
    try (Http http = new Http();
        Stage stage =
            new JvmStage(
                options.home(), "target/demo", options.out().resolve("logs"), http, List.of())) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stage), "demo-stop"));
      EngineAdmin engine = new EngineAdmin(http, stage.startEngine());
      if (options.play()) {
        play(
            out,
            options,
            stage,
            engine,
            http,
            info(options, WARM_UP_CALLS),
            Script.incident(options.scale()));
        finish(out, options.out());
      }
      if (options.serve()) {
        serve(out, options, stage, engine);
      }
    }
  }

  private static void stop(Stage stage) {
    STOPPING.set(true);
    stage.close();
  }

  /** Plays every lane and writes the raw logs. */
  static void play(
      PrintStream out,
      Options options,
      Stage stage,
      EngineAdmin engine,
      Http http,
      RunInfo run,
      Script script)
      throws IOException, InterruptedException {
    RawLogs logs = new RawLogs(options.out().resolve("raw"));
    logs.write(run);
    Progress progress = new Progress(out, options.columns(), run.deadlineMs());
    LanePlayer player = new LanePlayer(run, script, logs, http, engine, progress);
    for (String lane : run.lanes()) {
      progress.say(lane + ": starting the services");
      Stage.Services services = stage.startServices(lane);
      player.play(lane, services);
      stage.stopServices();
    }
  }

  static RunInfo info(Options options, int warmUpCalls) {
    String machine =
        "Java "
            + Runtime.version()
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors, "
            + System.getProperty("os.name");
    return new RunInfo(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        options.seed(),
        options.rate(),
        options.scale(),
        DEADLINE_MS,
        ORACLE_DEADLINE_MS,
        GIVE_UP_MS,
        SAMPLE_MS,
        CUSTOMERS,
        ZIPF_EXPONENT,
        warmUpCalls,
        machine,
        options.lanes());
  }

  /**
   * Computes table and report from the raw logs below a folder, writes both there and prints the
   * table.
   */
  static void finish(PrintStream out, Path folder) throws IOException {
    Report report = Report.of(new RawLogs(folder.resolve("raw")));
    report.write(folder);
    out.println();
    out.print(report.text());
    out.println();
    out.println("Report:   " + folder.resolve("report.html").toAbsolutePath().normalize().toUri());
    out.println("Raw logs: " + folder.resolve("raw").toAbsolutePath().normalize());
  }

  private static void serve(PrintStream out, Options options, Stage stage, EngineAdmin admin)
      throws IOException, InterruptedException {
    List<String> lanes = options.lanes();
    String lane = lanes.get(lanes.size() - 1);
    URI engine = admin.base();
    Stage.Services services = stage.startServices(lane);
    out.printf(
        """
        The services are up, protected by %s. Ctrl-C stops them.

        call-routing    %s
        loyalty-lookup  %s
        points-engine   %s

        Make a call, ask for a customer:
          curl -s -H 'Content-Type: application/json' -d '{"callId":"c1","customerId":"C0001","reason":"booking"}' %s/calls
          curl -s %s/customers/C0001/profile
        See what the guards think, and the metrics:
          curl -s %s/sample/state
          curl -s %s/sample/state
          curl -s %s/actuator/foreguard
          curl -s %s/actuator/prometheus
        Watch them in a browser:
          %s/foreguard
        Break the points engine, and mend it:
          curl -s -X POST '%s/admin/fault?mode=slow&latencyMs=900&rampSeconds=10'
          curl -s -X POST '%s/admin/fault?mode=fail&errorRate=0.4'
          curl -s -X POST '%s/admin/fault?mode=hang'
          curl -s -X POST '%s/admin/fault?mode=recover'
        """,
        lane,
        services.routing(),
        services.loyalty(),
        engine,
        services.routing(),
        services.loyalty(),
        services.routing(),
        services.loyalty(),
        services.loyalty(),
        services.loyalty(),
        services.loyalty(),
        engine,
        engine,
        engine,
        engine);
    out.flush();
    new CountDownLatch(1).await();
  }
}
