package io.foreguard;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.Main;

/** Runs jcstress in the form that the build asks for. */
public final class Jcstress {
  /** Every way to compile and place the actors that jcstress knows for this machine. */
  private static final List<String> LONG = List.of("-m", "quick");

  /** One way each, for as long as the start of its JVM takes. */
  private static final List<String> SHORT =
      List.of("-jvmArgs", "-XX:+UseSerialGC", "-sc", "false", "-af", "NONE");

  private Jcstress() {}

  /**
   * Runs the tests whose names match.
   *
   * @param arguments the form, {@code short} or {@code long}, and a pattern
   */
  public static void main(String[] arguments) throws Exception {
    List<String> options = new ArrayList<>(arguments[0].equals("short") ? SHORT : LONG);
    options.addAll(List.of("-t", arguments[1], "-r", "report"));
    Main.main(options.toArray(new String[0]));
  }
}
