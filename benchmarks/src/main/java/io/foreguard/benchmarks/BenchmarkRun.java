package io.foreguard.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the benchmarks and prints one table. Arguments: {@code [--quick] [--models] [--only REGEX]
 * [--out FOLDER]}; {@code --models} runs those of learned models instead of those of guards.
 */
public final class BenchmarkRun {
  private static final int[] THREADS = {1, 2};

  private final Plan plan;
  private final boolean models;
  private final Pattern only;
  private final Path out;
  private final PrintStream progress;

  private BenchmarkRun(Plan plan, boolean models, Pattern only, Path out, PrintStream progress) {
    this.plan = plan;
    this.models = models;
    this.only = only;
    this.out = out;
    this.progress = progress;
  }

  /** Runs what the arguments ask for. */
  public static void main(String[] args) throws RunnerException, IOException {
    Plan plan = Plan.FULL;
    boolean models = false;
    Pattern only = Pattern.compile("");
    Path out = Path.of("target", "results");
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> plan = Plan.QUICK;
        case "--models" -> models = true;
        case "--only" -> only = Pattern.compile(valueOf(args, ++i));
        case "--out" -> out = Path.of(valueOf(args, ++i));
        default ->
            throw new IllegalArgumentException(
                args[i] + " is not one of --quick, --models, --only REGEX, --out FOLDER");
      }
    }
    System.out.print(new BenchmarkRun(plan, models, only, out, System.err).run());
  }

  static String run(Plan plan, Pattern only, Path out, PrintStream progress)
      throws RunnerException, IOException {
    return new BenchmarkRun(plan, false, only, out, progress).run();
  }

  private String run() throws RunnerException, IOException {
    Files.createDirectories(out);
    List<Suite.Row> rows = models ? Suite.models() : plan.quick ? Suite.quick() : Suite.rows();
    Set<String> names = new LinkedHashSet<>();
    names.add(Suite.FLOOR);
    rows.stream().flatMap(Suite.Row::benchmarks).filter(only.asPredicate()).forEach(names::add);
    List<RunResult> results = new ArrayList<>();
    int total = names.size() * THREADS.length;
    for (String name : names) {
      for (int threads : THREADS) {
        progress.printf("[%d/%d] %s, %d thread(s)%n", results.size() + 1, total, name, threads);
        results.add(measure(name, threads));
      }
    }
    ResultFormatFactory.getInstance(ResultFormatType.JSON, out.resolve("jmh.json").toString())
        .writeOut(results);
    String table =
        models
            ? new Report(results).markdown(rows, THREADS, peer("Smile"))
            : new Report(results).markdown(rows, THREADS, peer("Resilience4j"), peer("Failsafe"));
    Files.writeString(out.resolve("benchmarks.md"), table);
    return table;
  }

  private RunResult measure(String name, int threads) throws RunnerException {
    String log = out.resolve(name + "-" + threads + ".txt").toString();
    return new Runner(
            new OptionsBuilder()
                .include("^" + Pattern.quote(name) + "$")
                .threads(threads)
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(plan.forks)
                .warmupIterations(plan.warmups)
                .warmupTime(TimeValue.milliseconds(plan.millis))
                .measurementIterations(plan.measurements)
                .measurementTime(TimeValue.milliseconds(plan.millis))
                .addProfiler(GCProfiler.class)
                .addProfiler(CpuTimeProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.NORMAL)
                .output(log)
                .build())
        .runSingle();
  }

  private static String valueOf(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException(args[index - 1] + " must be followed by a value");
    }
    return args[index];
  }

  /** A peer with its version, which the build writes into the manifest. */
  private static String peer(String name) {
    try (InputStream in = BenchmarkRun.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
      String version =
          in == null ? null : new Manifest(in).getMainAttributes().getValue(name + "-Version");
      return version == null ? name : name + " " + version;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How long to measure. */
  enum Plan {
    /** A few minutes: the rows that matter, one JVM each. */
    QUICK(true, 1, 3, 3, 700),
    /** Every row, in two JVMs. */
    FULL(false, 2, 3, 5, 1_000),
    /** In this JVM, just to see that everything runs. */
    SMOKE(true, 0, 1, 1, 20);

    private final boolean quick;
    private final int forks;
    private final int warmups;
    private final int measurements;
    private final int millis;

    Plan(boolean quick, int forks, int warmups, int measurements, int millis) {
      this.quick = quick;
      this.forks = forks;
      this.warmups = warmups;
      this.measurements = measurements;
      this.millis = millis;
    }
  }
}
