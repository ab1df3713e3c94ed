package dev.tmuxbuilder.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Named;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.multipart.FormValue;

/**
 * The fields of a request's body, read strictly: everything that is not right with them is gathered
 * and told at once.
 */
final class Fields {
  private static final int LONGEST_NAME_TOLD = 64;
  private static final ObjectReader READER =
      Json.mapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private final JsonNode body;
  private final Set<String> known = new HashSet<>();
  private final List<Problem.FieldError> errors = new ArrayList<>();

  private Fields(JsonNode body) {
    this.body = body;
  }

  /**
   * @throws ApiException where the body is not one JSON object in UTF-8
   */
  static Fields read(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      JsonNode tree = READER.readTree(text);
      if (!tree.isObject()) {
        throw malformed("It must be one object.");
      }
      return new Fields(tree);
    } catch (CharacterCodingException notUtf8) {
      throw malformed("It is not UTF-8.");
    } catch (JsonProcessingException broken) {
      int line = broken.getLocation() == null ? 0 : broken.getLocation().getLineNr();
      throw malformed("It cannot be read" + (line > 0 ? " from line " + line + " on." : "."));
    }
  }

  /** The texts of a form; its files are read elsewhere. */
  static Fields of(Map<String, Collection<FormValue>> form) {
    ObjectNode body = Json.mapper().createObjectNode();
    Fields fields = new Fields(body);
    form.forEach(
        (name, values) -> {
          if (name.equals(Uploads.FILE)) {
            return;
          }
          FormValue value = values.iterator().next();
          if (values.size() > 1) {
            fields.wrong(shortened(name), "must not come more than once");
          } else if (value.isFileItem()) {
            fields.wrong(shortened(name), "must be a text; a file comes as " + Uploads.FILE);
          }
          body.put(name, value.isFileItem() ? "" : value.getValue());
        });
    return fields;
  }

  private static ApiException malformed(String why) {
    return ApiException.of(ProblemCode.MALFORMED_JSON, why);
  }

  /** Whether something is sent under that name. */
  boolean has(String name) {
    return body.hasNonNull(name);
  }

  /** A text that must be there; {@code problem} tells what is wrong with its content. */
  String text(String name, Function<String, Optional<String>> problem) {
    return optionalText(name, problem).orElseGet(() -> missing(name));
  }

  private String missing(String name) {
    if (!body.hasNonNull(name)) {
      wrong(name, "is missing");
    }
    return "";
  }

  /** A text that may be left out. */
  Optional<String> optionalText(String name, Function<String, Optional<String>> problem) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      wrong(name, "must be a text");
      return Optional.empty();
    }
    Optional<String> wrong =
        unprintable(value.textValue()).or(() -> problem.apply(value.textValue()));
    wrong.ifPresent(message -> wrong(name, message));
    return wrong.isPresent() ? Optional.empty() : Optional.of(value.textValue());
  }

  private static Optional<String> unprintable(String text) {
    if (text.indexOf('\0') >= 0) {
      return Optional.of("must not hold NUL characters");
    }
    return StandardCharsets.UTF_8.newEncoder().canEncode(text)
        ? Optional.empty()
        : Optional.of("must not hold half a surrogate pair");
  }

  /** One of a fixed set of names. */
  <E extends Enum<E> & Named> Optional<E> choice(String name, Class<E> type) {
    String names =
        Arrays.stream(type.getEnumConstants()).map(Named::wire).collect(Collectors.joining(", "));
    return optionalText(
            name,
            text ->
                Named.parse(type, text).isPresent()
                    ? Optional.empty()
                    : Optional.of("must be one of " + names))
        .flatMap(text -> Named.parse(type, text));
  }

  /** Like {@link #choice} for a field that must be there; the first name where it is not right. */
  <E extends Enum<E> & Named> E requiredChoice(String name, Class<E> type) {
    Optional<E> chosen = choice(name, type);
    if (chosen.isEmpty()) {
      missing(name);
    }
    return chosen.orElse(type.getEnumConstants()[0]);
  }

  /** A whole number from 1 on that must be there. */
  int positive(String name) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      wrong(name, "is missing");
    } else if (!value.isInt() || value.intValue() < 1) {
      wrong(name, "must be a whole number from 1 on");
    } else {
      return value.intValue();
    }
    return 0;
  }

  /** A whole number from 0 on that may be left out. */
  Optional<Long> optionalWhole(String name, long most) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.longValue() < 0
        || value.longValue() > most) {
      wrong(name, "must be a whole number from 0 to " + most);
      return Optional.empty();
    }
    return Optional.of(value.longValue());
  }

  /** An amount of money from 0 on that must be there, with two digits after the point at most. */
  BigDecimal amount(String name, BigDecimal most) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      wrong(name, "is missing");
    } else if (!value.isNumber()
        || value.decimalValue().signum() < 0
        || value.decimalValue().compareTo(most) > 0
        || value.decimalValue().stripTrailingZeros().scale() > 2) {
      wrong(name, "must be a number from 0 to %s with two decimals at most".formatted(most));
    } else {
      return value.decimalValue();
    }
    return BigDecimal.ZERO;
  }

  /** A list of 1 to {@code most} things that must be there. */
  List<JsonNode> list(String name, int most) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || !value.isArray() || value.isEmpty() || value.size() > most) {
      wrong(name, "must be a list of 1 to " + most);
      return List.of();
    }
    return value.valueStream().toList();
  }

  /** A list of 0 to {@code most} things that must be there. */
  List<JsonNode> anyList(String name, int most) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || !value.isArray() || value.size() > most) {
      wrong(name, "must be a list of 0 to " + most);
      return List.of();
    }
    return value.valueStream().toList();
  }

  /** Texts by name, 1 to {@code most}, that must be there; what is told of them holds no text. */
  Map<String, String> texts(
      String name,
      int most,
      Function<String, Optional<String>> nameProblem,
      Function<String, Optional<String>> problem) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || !value.isObject() || value.isEmpty() || value.size() > most) {
      wrong(name, "must be an object of 1 to " + most + " texts");
      return Map.of();
    }
    Map<String, String> texts = new HashMap<>();
    value
        .properties()
        .forEach(
            each -> {
              String at = name + "." + shortened(each.getKey());
              Optional<String> wrong =
                  nameProblem
                      .apply(each.getKey())
                      .or(
                          () ->
                              each.getValue().isTextual()
                                  ? unprintable(each.getValue().textValue())
                                      .or(() -> problem.apply(each.getValue().textValue()))
                                  : Optional.of("must be a text"));
              wrong.ifPresentOrElse(
                  message -> wrong(at, message),
                  () -> texts.put(each.getKey(), each.getValue().textValue()));
            });
    return texts;
  }

  /** Yes or no, where it is left out no. */
  boolean flag(String name) {
    known.add(name);
    JsonNode value = body.get(name);
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      wrong(name, "must be true or false");
    }
    return value.asBoolean();
  }

  void wrong(String name, String message) {
    errors.add(new Problem.FieldError(name, message));
  }

  /**
   * @throws ApiException where anything was not right, or a field is not known
   */
  void check() {
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                wrong(shortened(name), "is not known here");
              }
            });
    if (!errors.isEmpty()) {
      String names =
          errors.stream()
              .map(Problem.FieldError::field)
              .distinct()
              .collect(Collectors.joining(", "));
      throw ApiException.fields(ProblemCode.INVALID_REQUEST, "Not right: " + names + ".", errors);
    }
  }

  private static String shortened(String name) {
    return name.length() <= LONGEST_NAME_TOLD ? name : name.substring(0, LONGEST_NAME_TOLD) + "…";
  }
}
