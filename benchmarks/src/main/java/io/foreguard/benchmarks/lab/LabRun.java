package io.foreguard.benchmarks.lab;

import io.foreguard.benchmarks.lab.report.Report;
import io.foreguard.benchmarks.lab.report.Results;
import io.foreguard.benchmarks.lab.study.Detection;
import io.foreguard.benchmarks.lab.study.Probing;
import io.foreguard.predictive.model.TrainedCallModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs the lab and writes raw results and a report. Arguments: {@code [--quick] [--draws N]
 * [--worlds N] [--families REGEX] [--policies REGEX] [--repeated] [--training] [--threads N]
 * [--model FILE] [--out FOLDER]}, or one of {@code --tune}, {@code --report}.
 */
public final class LabRun {
  private int draws = 8;
  private int worlds = 300;
  private Pattern families = Pattern.compile("");
  private Pattern policies = Pattern.compile("");
  private boolean repeated;
  private boolean training;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Optional<Path> model = Optional.empty();
  private Path out = Path.of("target", "lab");
  private Task task = Task.CONTEST;

  private LabRun(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> {
          draws = 2;
          worlds = 40;
        }
        case "--draws" -> draws = number(args, ++i);
        case "--worlds" -> worlds = number(args, ++i);
        case "--families" -> families = Pattern.compile(valueOf(args, ++i));
        case "--policies" -> policies = Pattern.compile(valueOf(args, ++i));
        case "--repeated" -> repeated = true;
        case "--training" -> training = true;
        case "--threads" -> threads = number(args, ++i);
        case "--model" -> model = Optional.of(Path.of(valueOf(args, ++i)));
        case "--out" -> out = Path.of(valueOf(args, ++i));
        case "--tune" -> task = Task.TUNE;
        case "--report" -> task = Task.REPORT;
        case "--detection" -> task = Task.DETECTION;
        case "--probing" -> task = Task.PROBING;
        default ->
            throw new IllegalArgumentException(
                args[i]
                    + " is not one of --quick, --draws N, --worlds N, --families REGEX, --policies"
                    + " REGEX, --repeated, --training, --threads N, --model FILE, --out FOLDER, --tune,"
                    + " --detection, --probing, --report");
      }
    }
  }

  /** Runs what the arguments ask for. */
  public static void main(String[] args) throws IOException {
    new LabRun(args).run();
  }

  private void run() throws IOException {
    long start = System.nanoTime();
    switch (task) {
      case CONTEST -> write(new Lab(plan(), contestants(), System.err).run());
      case TUNE -> System.out.println(new Tuner(4, 120, System.err).search(200, 250));
      case DETECTION -> write(study("detection", new Detection(500, 800_000).table()));
      case PROBING -> write(study("probing", new Probing(200).table()));
      case REPORT -> write(new Results(List.of(), List.of(), List.of(), Map.of()));
    }
    System.err.printf("%.0f s%n", (System.nanoTime() - start) / 1e9);
  }

  private static Results study(String name, List<List<String>> table) {
    return new Results(List.of(), List.of(), List.of(), Map.of(name, table));
  }

  private Lab.Plan plan() {
    return new Lab.Plan(draws, worlds, families, repeated, training, threads);
  }

  /** Those to play, and a trained model's if there is one. */
  private List<Policies.Entry> contestants() throws IOException {
    List<Policies.Entry> all = new ArrayList<>(Policies.all());
    if (model.isPresent()) {
      all.addAll(Policies.trained(TrainedCallModel.load(model.get())));
    }
    return all.stream().filter(entry -> policies.matcher(entry.name()).find()).toList();
  }

  private void write(Results results) throws IOException {
    results.write(out);
    Report.write(out);
    System.out.print(Report.summary(Results.read(out)));
    System.err.println("report: " + out.resolve("lab.html").toAbsolutePath());
  }

  private static int number(String[] args, int index) {
    String value = valueOf(args, index);
    if (!value.matches("[0-9]{1,6}")) {
      throw new IllegalArgumentException(
          args[index - 1] + " must be followed by a whole number, but was by " + value);
    }
    return Integer.parseInt(value);
  }

  private static String valueOf(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException(args[index - 1] + " must be followed by a value");
    }
    return args[index];
  }

  /** What a run is for. */
  private enum Task {
    CONTEST,
    TUNE,
    DETECTION,
    PROBING,
    REPORT
  }
}
