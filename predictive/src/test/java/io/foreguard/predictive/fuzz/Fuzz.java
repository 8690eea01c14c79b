package io.foreguard.predictive.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs Jazzer on every reader, one after the other: {@code Fuzz SECONDS SEEDS WORK [TARGET ...]}.
 * Seconds are per target; SEEDS has a folder of inputs for each; what is found goes to WORK. The
 * profile {@code fuzz} runs it. Fails if any target does.
 */
public final class Fuzz {
  private Fuzz() {}

  /** Runs the targets named from the fourth argument on, else all. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> chosen = List.of(args).subList(3, args.length);
    List<String> failed = new ArrayList<>();
    for (String target : FuzzTargets.all().keySet()) {
      if (!chosen.isEmpty() && !chosen.contains(target)) {
        continue;
      }
      System.out.println("== " + target);
      if (run(target, args[0], Path.of(args[1]), Path.of(args[2])) != 0) {
        failed.add(target);
      }
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException("failed: " + failed + "; inputs are in " + args[2]);
    }
  }

  private static int run(String target, String seconds, Path seeds, Path work)
      throws IOException, InterruptedException {
    Path own = work.resolve(target);
    Files.createDirectories(own);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + FuzzTargets.class.getName() + "$" + target,
            "--instrumentation_includes=io.foreguard.predictive.**",
            "--reproducer_path=" + own,
            "-artifact_prefix=" + own + File.separator,
            "-max_total_time=" + seconds,
            "-timeout=10",
            "-max_len=16384",
            "-rss_limit_mb=3072",
            "-print_final_stats=1",
            own.toString(),
            seeds.resolve(target).toString());
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
