package io.foreguard.spring;

import io.foreguard.spring.ForeguardProperties.GuardProperties;
import io.foreguard.spring.ForeguardProperties.Part;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one guard over those it inherits. What core refuses is told as the property
 * that it was set by. Immutable.
 */
final class LayeredProperties {
  private static final String DEFAULTS = ForeguardProperties.PREFIX + ".defaults";
  private static final String GUARDS = ForeguardProperties.PREFIX + ".guards";
  private static final Pattern UNIFORM = Pattern.compile("[a-zA-Z0-9_-]+");
  private static final Pattern GUARD =
      Pattern.compile(Pattern.quote(GUARDS) + "(\\[[^]]*]|\\.[^.]+)");
  private static final Pattern REFUSAL =
      Pattern.compile("(\\S+) (must .*?)(?:, but was (.*))?", Pattern.DOTALL);
  private static final Pattern HUMP = Pattern.compile("([a-z])([A-Z])");

  private final String prefix;
  private final GuardProperties own;
  private final GuardProperties defaults;

  private LayeredProperties(String prefix, GuardProperties own, GuardProperties defaults) {
    this.prefix = prefix;
    this.own = own;
    this.defaults = defaults;
  }

  /** The properties of the guard of that name, which may have none of its own. */
  static LayeredProperties of(String guard, ForeguardProperties all) {
    String prefix = GUARDS + (UNIFORM.matcher(guard).matches() ? "." + guard : "[" + guard + "]");
    GuardProperties own = all.guards().getOrDefault(guard, GuardProperties.UNSET);
    return new LayeredProperties(prefix, own, all.defaults());
  }

  /** The defaults alone. */
  static LayeredProperties ofDefaults(ForeguardProperties all) {
    return new LayeredProperties(DEFAULTS, all.defaults(), all.defaults());
  }

  /** The name under {@code foreguard.defaults} of a property of a guard. */
  static String inherited(String property) {
    return GUARD.matcher(property).replaceFirst(DEFAULTS);
  }

  /** The guard's own value, or else the inherited one, or else null. */
  <T> @Nullable T get(Accessor<T> of) {
    T value = of.get(own);
    return value != null ? value : of.get(defaults);
  }

  /** Hands the value of {@code property} to {@code setter}, if there is one. */
  <T> void set(String property, Accessor<T> of, Consumer<? super T> setter) {
    T value = get(of);
    if (value == null) {
      return;
    }
    try {
      setter.accept(value);
    } catch (IllegalArgumentException e) {
      String owner = of.get(own) != null ? prefix : DEFAULTS;
      Matcher refusal = refusal(e);
      throw new InvalidGuardSettingException(
          owner + "." + property,
          refusal.matches() && refusal.group(3) != null ? refusal.group(3) : value.toString(),
          refusal.matches() ? refusal.group(2) : "must be valid: " + e.getMessage(),
          e);
    }
  }

  /** What to throw when {@code property} breaks {@code rule} for a reason outside of core. */
  InvalidGuardSettingException refused(String property, String value, String rule) {
    return new InvalidGuardSettingException(prefix + "." + property, value, rule, null);
  }

  /** Whether all that {@code of} reads is the same in both. */
  boolean sameAs(LayeredProperties other, Accessor<?> of) {
    return Objects.equals(of.get(own), of.get(other.own))
        && Objects.equals(of.get(defaults), of.get(other.defaults));
  }

  /** Runs {@code build}, which checks the settings of {@code section} against each other. */
  <T> T build(String section, Supplier<T> build) {
    try {
      return build.get();
    } catch (IllegalArgumentException e) {
      Matcher refusal = refusal(e);
      if (!refusal.matches()) {
        throw e;
      }
      throw new InvalidGuardSettingException(
          prefix + "." + section + kebab(refusal.group(1)),
          refusal.group(3) == null || refusal.group(3).equals("not") ? "not set" : refusal.group(3),
          refusal.group(2),
          e);
    }
  }

  /** Whether the guard has that part: it says so, sets anything of it, or inherits it. */
  boolean has(Accessor<? extends Part> part) {
    return hasOwn(part)
        || (!isSet(own(part)) && Boolean.TRUE.equals(part(part, defaults).enabled()));
  }

  /** Whether the guard has that part by what it says itself. */
  boolean hasOwn(Accessor<? extends Part> part) {
    Part settings = own(part);
    return settings.enabled() == null ? isSet(settings) : settings.enabled();
  }

  private Part own(Accessor<? extends Part> part) {
    return part(part, own);
  }

  private static Part part(Accessor<? extends Part> part, GuardProperties of) {
    Part settings = part.get(of);
    if (settings == null) {
      throw new IllegalStateException("Parts are never null");
    }
    return settings;
  }

  private static boolean isSet(Part settings) {
    return !settings.equals(settings.unset());
  }

  private static Matcher refusal(IllegalArgumentException e) {
    return REFUSAL.matcher(String.valueOf(e.getMessage()));
  }

  private static String kebab(String setting) {
    return switch (setting) {
      case "windowSize" -> "sliding-window-size";
      case "threadPoolBulkhead" -> "thread-pool";
      default -> HUMP.matcher(setting).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
    };
  }

  /** Reads one property. */
  @FunctionalInterface
  interface Accessor<T> {
    @Nullable T get(GuardProperties properties);
  }
}
