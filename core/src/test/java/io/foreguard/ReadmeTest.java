package io.foreguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the README compiles as it stands there. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final String AROUND_A_FRAGMENT =
      """
      import io.foreguard.bulkhead.*;
      import io.foreguard.*;
      import io.foreguard.circuitbreaker.*;
      import io.foreguard.fallback.*;
      import io.foreguard.guard.*;
      import io.foreguard.registry.*;
      import io.foreguard.retry.*;
      import java.time.Duration;
      import java.util.concurrent.*;

      class Fragment {
        record Profile(String tier) {}

        interface Client {
          String tier(String customer);

          Profile profile(String customer);

          CompletionStage<Profile> profileAsync(String customer);
        }

        void use(Client client, String customerId, String replica, String tenant%s) throws Exception {
          %s
        }
      }
      """;

  @TempDir Path output;

  @Test
  void theWholeExampleCompilesAndHasAtMost15Lines() throws Exception {
    String example = blocks().get(0);

    assertThat(example.lines().filter(line -> !line.isBlank()).count()).isLessThanOrEqualTo(15);
    assertThat(compile("Lookup", example)).isEmpty();
  }

  @Test
  void theFragmentsCompile() throws Exception {
    List<String> blocks = blocks();
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
    for (String fragment : blocks.subList(1, blocks.size())) {
      String guard = fragment.contains("Guard guard =") ? "" : ", Guard guard";

      assertThat(compile("Fragment", AROUND_A_FRAGMENT.formatted(guard, fragment)))
          .as(fragment)
          .isEmpty();
    }
  }

  private static List<String> blocks() throws Exception {
    String readme = Files.readString(Path.of("..", "README.md"));
    return JAVA.matcher(readme).results().map((MatchResult found) -> found.group(1)).toList();
  }

  private String compile(String name, String source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavaFileObject file =
        new SimpleJavaFileObject(
            URI.create("mem:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    StringWriter complaints = new StringWriter();
    List<String> options =
        List.of(
            "-d", output.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
    boolean compiled =
        compiler.getTask(complaints, null, null, options, null, List.of(file)).call();
    return compiled ? "" : complaints.toString();
  }
}
