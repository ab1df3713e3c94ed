package dev.tmuxbuilder.execution;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** The one form in which this service writes JSON: snake_case, times in UTC with milliseconds. */
public final class Json {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private static final ObjectMapper MAPPER = configure(new ObjectMapper());

  private Json() {}

  /** Shared; must not be reconfigured. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** Gives a mapper this service's form. */
  public static ObjectMapper configure(ObjectMapper mapper) {
    return mapper
        .registerModule(new JavaTimeModule())
        .registerModule(new SimpleModule().addSerializer(Instant.class, new InstantInMillis()))
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) { // our own records
      throw new IllegalStateException(impossible);
    }
  }

  public static byte[] bytes(Object value) {
    return write(value).getBytes(StandardCharsets.UTF_8);
  }

  /** For text that this service wrote itself. */
  public static <T> T read(String json, Class<T> type) {
    try {
      return MAPPER.readValue(json, type);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("unreadable " + type.getSimpleName(), broken);
    }
  }

  /** Members sorted by name at every depth, no white space. */
  public static String canonical(Object value) {
    return write(sorted(MAPPER.valueToTree(value)));
  }

  /** Lower-case hex SHA-256 of the canonical form of an object without some of its members. */
  public static String digest(Object value, String... without) {
    JsonNode tree = MAPPER.valueToTree(value);
    if (tree instanceof ObjectNode object) {
      for (String member : without) {
        object.remove(member);
      }
    }
    return sha256(canonical(tree).getBytes(StandardCharsets.UTF_8));
  }

  /** Lower-case hex. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }

  private static Object sorted(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> members = new TreeMap<>();
      node.properties().forEach(member -> members.put(member.getKey(), sorted(member.getValue())));
      return members;
    }
    if (node.isArray()) {
      return node.valueStream().map(Json::sorted).toList();
    }
    return node;
  }

  private static final class InstantInMillis extends StdSerializer<Instant> {
    private static final long serialVersionUID = 1L;

    InstantInMillis() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(time(value));
    }
  }
}
