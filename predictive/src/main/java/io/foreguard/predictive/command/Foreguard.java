package io.foreguard.predictive.command;

import io.foreguard.predictive.imports.ImportCommand;
import io.foreguard.predictive.training.TrainingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.util.Arrays;

/**
 * The command of this module: trains models, judges them on other logs, and writes scores and
 * features.
 *
 * <p>Exit status: 0 done, 1 failed, 2 wrong options. Judging a model that must not be used where it
 * was judged is done, not failed: the verdict is in the report and in the last line.
 */
public final class Foreguard {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final String HELP =
      """
      Trains models that tell a circuit breaker how likely a call is to fail.

        train     trains a model and writes it with a report
        judge     judges a model file on another log
        score     writes time, P(failure) and label of each row of a log
        features  writes the features of each row of a log as CSV
        import    turns a model of XGBoost, scikit-learn or ONNX into a model file

      Say a command and --help for its options.
      Exit status: 0 done, 1 failed, 2 wrong options.
      """;

  private Foreguard() {}

  /** Runs the command and ends the process with its status. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  /**
   * Runs the command and returns its exit status: 0 done, 1 failed, 2 wrong options.
   *
   * @param out takes progress and results
   * @param err takes what went wrong
   */
  public static int run(String[] args, PrintStream out, PrintStream err) {
    if (args.length == 0 || args[0].equals("--help")) {
      out.print(HELP);
      return args.length == 0 ? MISUSED : DONE;
    }
    if (args[0].equals("import")) {
      return ImportCommand.run(Arrays.copyOfRange(args, 1, args.length), out, err);
    }
    try {
      Subcommand command = subcommand(args[0]);
      if (Arrays.asList(args).contains("--help")) {
        out.print(command.help());
        return DONE;
      }
      return run(command.prepare(Options.parse(args, 1, command.options()), out), args[0], err);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("Say --help for the options.");
      return MISUSED;
    }
  }

  private static int run(Task task, String name, PrintStream err) {
    String cannot = "Cannot " + (name.equals("features") ? "write features" : name) + ": ";
    try {
      task.run();
      return DONE;
    } catch (TrainingException | IllegalArgumentException e) {
      err.println(cannot + e.getMessage());
    } catch (IOException e) {
      err.println(cannot + describe(e));
    } catch (OutOfMemoryError e) {
      err.println(cannot + "the log needs more memory; give Java more with -Xmx");
    } catch (NoClassDefFoundError e) {
      err.println(
          cannot
              + "add com.github.haifengl:smile-core:2.6.0 to the class path ("
              + e.getMessage()
              + " is missing)");
    }
    return FAILED;
  }

  private static Subcommand subcommand(String name) {
    return switch (name) {
      case "train" -> new TrainCommand();
      case "judge" -> new JudgeCommand();
      case "score" -> new ScoreCommand();
      case "features" -> new FeaturesCommand();
      default -> throw new IllegalArgumentException("unknown command " + name);
    };
  }

  private static String describe(IOException e) {
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName() + ": " + e.getMessage()
        : String.valueOf(e.getMessage());
  }
}
