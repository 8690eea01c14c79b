package io.foreguard.spring.endpoint;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.util.ReflectionUtils;

/**
 * Named values that any JSON writer can write: what is not finite is left out. Not thread-safe; the
 * map belongs to whoever asked for it.
 */
final class Values {
  private final Map<String, Object> map = new LinkedHashMap<>();

  /** Every component of a public record that is not a number out of JSON's reach. */
  static Map<String, Object> of(Record components) {
    Values values = new Values();
    for (RecordComponent component : components.getClass().getRecordComponents()) {
      Object value =
          Objects.requireNonNull(ReflectionUtils.invokeMethod(component.getAccessor(), components));
      if (value instanceof Double number) {
        values.putFinite(component.getName(), number);
      } else {
        values.put(component.getName(), value);
      }
    }
    return values.map;
  }

  /** Puts a value. Enums and what else JSON does not know come as their names. */
  @CanIgnoreReturnValue
  Values put(String name, Object value) {
    map.put(name, value);
    return this;
  }

  /** Puts a number, unless it is infinite or NaN. */
  @CanIgnoreReturnValue
  Values putFinite(String name, double value) {
    if (Double.isFinite(value)) {
      map.put(name, value);
    }
    return this;
  }

  /** Puts a limit, unless it limits nothing. */
  @CanIgnoreReturnValue
  Values putLimit(String name, int limit) {
    if (limit != Integer.MAX_VALUE) {
      map.put(name, limit);
    }
    return this;
  }

  Map<String, Object> map() {
    return map;
  }
}
