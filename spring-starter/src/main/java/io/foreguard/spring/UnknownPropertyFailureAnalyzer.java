package io.foreguard.spring;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says of a property under {@code foreguard} that does not exist which one it may have meant. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownPropertyFailureAnalyzer
    extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {
  private static final Pattern NAME =
      Pattern.compile("(foreguard\\.(?:guards(?:\\[[^]]*]|\\.[^.]+)|defaults)?\\.?)(.*)");
  private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");

  @Override
  protected @Nullable FailureAnalysis analyze(
      Throwable root, UnboundConfigurationPropertiesException cause) {
    List<ConfigurationProperty> unknown =
        cause.getUnboundProperties().stream()
            .filter(property -> property.getName().toString().startsWith("foreguard."))
            .toList();
    if (unknown.isEmpty()) {
      return null;
    }
    StringBuilder text = new StringBuilder(200);
    text.append("These properties do not exist and were left unbound:\n");
    for (ConfigurationProperty property : unknown) {
      text.append("\n    Property: ").append(property.getName());
      text.append("\n    Value: ").append(property.getValue());
      text.append("\n    Origin: ").append(property.getOrigin());
      meant(property.getName().toString())
          .ifPresent(name -> text.append("\n    Perhaps: ").append(name));
      text.append('\n');
    }
    return new FailureAnalysis(
        text.toString(), "Correct the names of the properties, or take them away.", cause);
  }

  /** The property that is written most alike. */
  private static Optional<String> meant(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    boolean ofGuard = !parts.group(1).equals("foreguard.");
    Class<?> type = ofGuard ? ForeguardProperties.GuardProperties.class : ForeguardProperties.class;
    String written = parts.group(2);
    return names("", type).stream()
        .min(Comparator.comparingInt(known -> distance(written, known)))
        .filter(known -> distance(written, known) <= Math.max(2, written.length() / 2))
        .map(known -> parts.group(1) + known);
  }

  private static List<String> names(String prefix, Class<?> type) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name =
          prefix + HUMP.matcher(component.getName()).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
      if (component.getType().isRecord()) {
        names.addAll(names(name + ".", component.getType()));
      } else {
        names.add(name);
      }
    }
    return names;
  }

  /** Edits that make one text of the other (Levenshtein 1966). */
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int swap = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[to.length()];
  }
}
