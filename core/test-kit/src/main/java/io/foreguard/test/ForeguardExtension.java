package io.foreguard.test;

import io.foreguard.registry.ForeguardRegistry;
import io.foreguard.time.Clock;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Gives each test a {@link VirtualTime} of its own and what lives in it, as parameters of the test,
 * of its constructor or of its {@code @BeforeEach} methods: the time, as {@link VirtualTime} or
 * {@link Clock}; a {@link ForeguardRegistry}; and a {@link ScriptedDependency} with the name of the
 * parameter, if the test is compiled with {@code -parameters}. All parameters of a test share one
 * time and one registry; dependencies of one name are one.
 *
 * <pre>{@code
 * @ExtendWith(ForeguardExtension.class)
 * class ProfilesTest {
 *   @Test
 *   void answersWithTheLastKnownTier(VirtualTime time, ScriptedDependency loyalty) { ... }
 * }
 * }</pre>
 *
 * <p>When a test fails, the histories of its {@link GuardProbe}s are suppressed in the failure.
 */
public final class ForeguardExtension implements ParameterResolver, TestExecutionExceptionHandler {
  private static final Namespace NAMESPACE = Namespace.create(ForeguardExtension.class);

  /** Creates the extension; JUnit does. */
  public ForeguardExtension() {}

  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == VirtualTime.class
        || type == Clock.class
        || type == ForeguardRegistry.class
        || type == ScriptedDependency.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    VirtualTime time = time(store);
    if (type == ForeguardRegistry.class) {
      return store.computeIfAbsent(
          ForeguardRegistry.class, key -> time.newRegistry(), ForeguardRegistry.class);
    }
    if (type == ScriptedDependency.class) {
      String name = parameter.getParameter().getName();
      return store.computeIfAbsent(
          name, key -> ScriptedDependency.of(name, time), ScriptedDependency.class);
    }
    return time;
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    List<GuardProbe> probes = time(context.getStore(NAMESPACE)).probes();
    for (GuardProbe probe : probes) {
      failure.addSuppressed(new GuardHistory(probe.history()));
    }
    throw failure;
  }

  private static VirtualTime time(ExtensionContext.Store store) {
    return store.computeIfAbsent(VirtualTime.class, key -> VirtualTime.create(), VirtualTime.class);
  }
}
