package io.foreguard;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jcstress.Main;

/** Runs jcstress in the form that the build asks for. */
public final class Jcstress {
  /** Every way to compile and place the actors that jcstress knows for this machine. */
  private static final String LONG = "-m quick";

  /** One way, for as long as the start of its JVM takes. */
  private static final String SHORT =
      "-m quick -f 1 -fsm 1 -iters 1 -time 100 -sc false -af NONE -jvmArgs -XX:+UseSerialGC";

  private Jcstress() {}

  /**
   * Runs the tests whose names match.
   *
   * @param arguments the form, {@code short} or {@code long}, and a pattern
   */
  public static void main(String[] arguments) throws Exception {
    String form = arguments[0].equals("short") ? SHORT : LONG;
    List<String> options = new ArrayList<>(List.of(form.split(" ", -1)));
    options.addAll(List.of("-t", arguments[1], "-r", "report"));
    Main.main(options.toArray(new String[0]));
  }
}
