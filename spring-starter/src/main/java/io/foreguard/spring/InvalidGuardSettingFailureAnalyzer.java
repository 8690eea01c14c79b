package io.foreguard.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Says which property keeps the application from starting, what it must be and where it is set. */
final class InvalidGuardSettingFailureAnalyzer
    extends AbstractFailureAnalyzer<InvalidGuardSettingException> {
  private final Environment environment;

  InvalidGuardSettingFailureAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  protected FailureAnalysis analyze(Throwable root, InvalidGuardSettingException cause) {
    ConfigurationProperty source = find(cause.property());
    StringBuilder text = new StringBuilder(200);
    text.append("A guard cannot be made as configured:\n\n    Property: ").append(cause.property());
    text.append("\n    Value: ").append(source == null ? cause.value() : source.getValue());
    text.append("\n    Origin: ").append(origin(source));
    text.append("\n    Rule: ").append(cause.property()).append(' ').append(cause.rule());
    return new FailureAnalysis(
        text.toString(), "Change the property, or those that the rule names.", cause);
  }

  private static String origin(@Nullable ConfigurationProperty source) {
    if (source == null) {
      return "not set: the default, or what another property made of it";
    }
    return source.getOrigin() == null
        ? source.getName().toString()
        : source.getName() + " from " + source.getOrigin();
  }

  private @Nullable ConfigurationProperty find(String property) {
    ConfigurationProperty own = findExactly(property);
    return own != null ? own : findExactly(GuardSettings.inherited(property));
  }

  private @Nullable ConfigurationProperty findExactly(String property) {
    ConfigurationPropertyName name = ConfigurationPropertyName.ofIfValid(property);
    if (name == null) {
      return null;
    }
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty found = source.getConfigurationProperty(name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
