package io.foreguard.samples.incident.raw;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object read member by member: a member that is absent, null or of another kind reads as
 * absent. Immutable.
 */
public final class JsonObject {

  private final Map<String, @Nullable Object> members;

  JsonObject(Map<String, @Nullable Object> members) {
    this.members = members;
  }

  /** Returns a string member, or the empty string when it is absent. */
  public String text(String name) {
    return members.get(name) instanceof String text ? text : "";
  }

  /** Returns a number member, or NaN when it is absent. */
  public double number(String name) {
    return members.get(name) instanceof Double number ? number : Double.NaN;
  }

  /** Returns a Boolean member, or null when it is absent. */
  public @Nullable Boolean flag(String name) {
    return members.get(name) instanceof Boolean flag ? flag : null;
  }

  /** Returns an object member, or an empty object when it is absent. */
  public JsonObject object(String name) {
    return members.get(name) instanceof JsonObject object ? object : new JsonObject(Map.of());
  }

  /** Returns the strings of a list member, empty when it is absent. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    if (members.get(name) instanceof List<?> list) {
      for (Object element : list) {
        if (element instanceof String text) {
          texts.add(text);
        }
      }
    }
    return List.copyOf(texts);
  }
}
